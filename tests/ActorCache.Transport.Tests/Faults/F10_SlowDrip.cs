using System.Diagnostics;
using System.Text;

namespace ActorCache.Transport.Tests.Faults;

/// <summary>F10: a megabyte comes in pieces of one byte.</summary>
[Collection(nameof(Alone))]
public sealed class F10_SlowDrip
{
    private static readonly TimeSpan Bar = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task A_megabyte_in_one_byte_pieces_costs_less_than_two_seconds_of_processor_time()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { ReadTimeout = TimeSpan.FromHours(1) });
        var value = new string('v', 1 << 20);
        var operation = live.Get("k");
        var pieces = Encoding.Latin1.GetBytes($"VA {value.Length} kk c1 O1\r\n{value}\r\n").Select(octet => ((char)octet).ToString()).ToArray();

        var before = Process.GetCurrentProcess().TotalProcessorTime;
        foreach (var piece in pieces) live.Wire.Say(piece);
        var took = Process.GetCurrentProcess().TotalProcessorTime - before;

        await LiveConnection.AssertAnswered(operation, value);
        Assert.InRange(took, TimeSpan.Zero, Bar);
    }

    [Fact]
    public async Task A_drip_that_is_too_slow_ends_its_call_in_time_and_harms_nobody_behind_it()
    {
        var live = await LiveConnection.Start();
        var dripping = live.Get("k");
        var reply = $"VA 100 kk c1 O1\r\n{new string('v', 100)}\r\n";
        foreach (var octet in reply[..60])
        {
            live.Wire.Say(octet.ToString());
            live.Pass(25);
        }
        await LiveConnection.AssertEnds(dripping, AttemptEnd.TimedOut);
        var behind = live.Get("behind");
        live.Wire.Say(reply[60..]);
        live.SayHits(("behind", 2));
        await LiveConnection.AssertAnswered(behind, "behind");
    }
}
