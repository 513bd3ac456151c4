using CsCheck;

namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>What the embedded server says is what memcached 1.6.18 says, byte for byte.</summary>
public sealed class DifferentialTests(RealMemcached real) : IClassFixture<RealMemcached>
{
    private const uint Scripts = 600;

    [Fact]
    public async Task Every_hand_picked_conversation_reads_the_same()
    {
        await using var server = EmbeddedMemcached.Start();
        var differences = new List<string>();
        foreach (var conversation in Conversations.All)
        {
            if (await Comparison.DifferenceAsync(real.EndPoint, server.EndPoint, conversation + "\r\n") is { } difference)
            {
                differences.Add(difference);
            }
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    [Fact]
    public async Task Every_hand_picked_conversation_in_steps_reads_the_same()
    {
        await using var server = EmbeddedMemcached.Start();
        foreach (var commands in Conversations.InSteps)
        {
            Assert.Null(await Comparison.DifferenceInStepsAsync(real.EndPoint, server.EndPoint, commands));
        }
    }

    [Fact]
    public async Task Random_scripts_read_the_same()
    {
        await using var server = EmbeddedMemcached.Start();
        for (var script = 0U; script < Scripts; script++)
        {
            var commands = RandomScripts.Scripts.Generate(new PCG(script), null, out _);
            var difference = await Comparison.DifferenceInStepsAsync(real.EndPoint, server.EndPoint, commands);
            Assert.True(difference is null, $"Script {script}. {difference}");
        }
    }
}
