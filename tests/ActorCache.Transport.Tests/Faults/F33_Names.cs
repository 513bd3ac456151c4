using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests.Faults;

/// <summary>F33: a name's address changes, is not to be had, or is long in coming.</summary>
public sealed class F33_Names
{
    private static readonly ConnectionOptions Options = new();

    [Fact]
    public async Task A_name_is_resolved_at_each_dial()
    {
        using var before = new TcpListener(IPAddress.Loopback, 0);
        before.Start();
        var port = ((IPEndPoint)before.LocalEndpoint).Port;
        using var after = new TcpListener(IPAddress.Parse("127.0.0.2"), port);
        after.Start();
        var addresses = new Queue<IPAddress>([IPAddress.Loopback, IPAddress.Parse("127.0.0.2")]);
        var server = ServerEndPoint.Tcp("cache-1.example", port) with
        {
            Resolve = (name, _) => Task.FromResult(name == "cache-1.example" ? new[] { addresses.Dequeue() } : []),
        };

        foreach (var listener in new[] { before, after })
        {
            var dialling = PipelinedConnection.ConnectAsync(server, Options, new FakeTimeProvider());
            using var peer = await listener.AcceptSocketAsync().Soon();
            await peer.AnswerHandshake();
            (await dialling.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "moved"));
        }
        Assert.Empty(addresses);
    }

    [Fact]
    public async Task A_resolver_that_takes_for_ever_and_cannot_be_called_off_ends_with_the_connect_timeout()
    {
        var time = new FakeTimeProvider();
        var never = new TaskCompletionSource<IPAddress[]>();
        var server = ServerEndPoint.Tcp("cache-1.example", 11211) with { Resolve = (_, _) => never.Task };
        // Nobody is blocked meanwhile: the dial is a task before the name is known.
        var dialling = PipelinedConnection.ConnectAsync(server, Options, time);
        time.Advance(Options.ConnectTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(dialling.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        var failed = await Assert.ThrowsAsync<ConnectException>(() => dialling.Soon());
        Assert.Equal(CloseReason.ConnectTimeout, failed.End.Reason);
        Assert.Contains("cache-1.example:11211", failed.End.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_that_is_given_up_ends_at_once()
    {
        using var giveUp = new CancellationTokenSource();
        var never = new TaskCompletionSource<IPAddress[]>();
        var server = ServerEndPoint.Tcp("cache-1.example", 11211) with { Resolve = (_, _) => never.Task };
        var dialling = PipelinedConnection.ConnectAsync(server, Options, new FakeTimeProvider(), giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => dialling.Soon());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_without_an_address_is_unreachable(bool throws)
    {
        var server = ServerEndPoint.Tcp("cache-1.example", 11211) with
        {
            Resolve = (_, _) => throws ? Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound)) : Task.FromResult<IPAddress[]>([]),
        };
        var failed = await Assert.ThrowsAsync<ConnectException>(() => PipelinedConnection.ConnectAsync(server, Options, new FakeTimeProvider()).Soon());
        Assert.Equal(CloseReason.Unreachable, failed.End.Reason);
        Assert.Contains("cache-1.example:11211", failed.End.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_several_addresses_the_one_that_listens_is_found()
    {
        using var listener = new Listener();
        var server = ServerEndPoint.Tcp("cache-1.example", listener.EndPoint.Port) with
        {
            Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("127.0.0.9"), IPAddress.IPv6Loopback, IPAddress.Loopback]),
        };
        var dialling = PipelinedConnection.ConnectAsync(server, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.AnswerHandshake();
        (await dialling.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }
}
