using System.Net;
using System.Net.Sockets;
using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What a server is asked when it is dialled, and that one that does not like a question is asked less, not given up.</summary>
public sealed class SocketConnectorTests : IDisposable
{
    private const string Identity = "STAT pid 7\r\nSTAT uptime 9\r\nEND\r\n";
    private const string Settings = "STAT item_size_max 1000\r\nEND\r\n";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private int _connects;

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task A_server_is_asked_who_it_is_and_what_it_takes()
    {
        var dialled = await DialAsync(Identity, Settings);
        Assert.Equal((new ServerIdentity(7, TimeSpan.FromSeconds(9)), 1000, 1), (dialled.Identity, dialled.ItemSizeMax, _connects));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ERROR\r\n")]
    public async Task One_that_does_not_say_what_it_takes_is_asked_once_more_who_it_is(string? settings)
    {
        var dialled = await DialAsync(Identity, settings);
        Assert.Equal((new ServerIdentity(7, TimeSpan.FromSeconds(9)), (int?)null, 2), (dialled.Identity, dialled.ItemSizeMax, _connects));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ERROR\r\n")]
    public async Task One_that_does_not_say_who_it_is_is_asked_once_more_and_then_for_keys_only(string? identity)
    {
        var dialled = await DialAsync(identity, Settings);
        Assert.Equal(((ServerIdentity?)null, (int?)null, 3), (dialled.Identity, dialled.ItemSizeMax, _connects));
        Assert.True(((PipelinedConnection)dialled.Connection).KeysOnly);
        Assert.False(dialled.Connection.Completion.IsCompleted);
    }

    // A null hangs up instead of an answer.
    private async Task<Dialled> DialAsync(string? identity, string? settings)
    {
        _listener.Start();
        _ = ServeAsync(line => line switch
        {
            "get actorcache-probe" => "END\r\n",
            "mn" => "MN\r\n",
            "mg actorcache-probe v f k c O1" => "EN kactorcache-probe O1\r\n",
            "stats" => identity,
            "stats settings" => settings,
            _ => throw new InvalidOperationException($"Nobody foresaw the question {line}."),
        });
        var options = new ConnectionOptions { ConnectTimeout = TimeSpan.FromSeconds(30), ReadTimeout = TimeSpan.FromSeconds(30) };
        return await new SocketConnector(options, TimeProvider.System).ConnectAsync(ServerAddress.Parse(_listener.LocalEndpoint.ToString()!), default).Soon();
    }

    private async Task ServeAsync(Func<string, string?> answer)
    {
        try
        {
            while (true)
            {
                using var client = await _listener.AcceptTcpClientAsync();
                Interlocked.Increment(ref _connects);
                await TalkAsync(client, answer);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task TalkAsync(TcpClient client, Func<string, string?> answer)
    {
        try
        {
            using var reader = new StreamReader(client.GetStream());
            while (await reader.ReadLineAsync() is { } line && answer(line) is { } reply)
                await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(reply));
        }
        catch (IOException)
        {
            // The other side has hung up.
        }
    }
}
