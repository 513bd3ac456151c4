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

    [Fact]
    public async Task An_address_that_swallows_connects_does_not_keep_the_next_one_from_being_tried_in_the_same_dial()
    {
        using var listener = new Listener();
        using var swallower = await Swallower.StartAsync(IPAddress.Parse("127.0.0.4"), listener.EndPoint.Port);
        var server = Named(listener, "127.0.0.4", "127.0.0.1");
        var dialling = PipelinedConnection.ConnectAsync(server, Options, listener.Time);
        listener.Time.Advance(Options.ConnectTimeout / 4);
        using (var peer = await listener.Accept())
        {
            await peer.AnswerHandshake();
            (await dialling.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
        }

        // The next time it is not even waited for: the clock stands still.
        dialling = PipelinedConnection.ConnectAsync(server, Options, listener.Time);
        using var again = await listener.Accept();
        await again.AnswerHandshake();
        (await dialling.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_that_accepts_and_then_is_no_server_comes_last_at_the_next_dial(bool hangsUp)
    {
        using var listener = new Listener();
        using var dead = new TcpListener(IPAddress.Parse("127.0.0.5"), listener.EndPoint.Port);
        dead.Start();
        var server = Named(listener, "127.0.0.5", "127.0.0.1");
        var dialling = PipelinedConnection.ConnectAsync(server, Options, listener.Time);
        using (var peer = await dead.AcceptSocketAsync().Soon())
        {
            if (hangsUp) peer.Dispose();
            else await peer.Read("get actorcache-probe\r\n".Length);
            if (!hangsUp) listener.Time.Advance(Options.ConnectTimeout);
            var failed = await Assert.ThrowsAsync<ConnectException>(() => dialling.Soon());
            Assert.Equal(hangsUp ? CloseReason.HandshakeFailed : CloseReason.ConnectTimeout, failed.End.Reason);
        }

        for (var i = 0; i < 2; i++)
        {
            dialling = PipelinedConnection.ConnectAsync(server, Options, listener.Time);
            using var peer = await listener.Accept();
            await peer.AnswerHandshake();
            (await dialling.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
        }
        Assert.False(dead.Pending());
    }

    [Fact]
    public async Task When_every_address_fails_the_cause_names_each()
    {
        ServerEndPoint gone;
        using (var listener = new Listener()) gone = Named(listener, "127.0.0.1", "127.0.0.5");
        var failed = await Assert.ThrowsAsync<ConnectException>(() => PipelinedConnection.ConnectAsync(gone, Options, new FakeTimeProvider()).Soon());
        Assert.Equal(CloseReason.Unreachable, failed.End.Reason);
        Assert.Matches("^cache-1.example:[0-9]+: 127.0.0.1: .+; 127.0.0.5: .+", failed.End.Detail);
    }

    [Fact]
    public async Task Dials_of_a_name_whose_resolver_hangs_ask_it_once()
    {
        var asked = 0;
        var never = new TaskCompletionSource<IPAddress[]>();
        var time = new FakeTimeProvider();
        var server = ServerEndPoint.Tcp("cache-1.example", 11211) with
        {
            Resolve = (_, _) =>
            {
                asked++;
                return never.Task;
            },
        };
        for (var i = 0; i < 10; i++)
        {
            var dialling = PipelinedConnection.ConnectAsync(server, Options, time);
            time.Advance(Options.ConnectTimeout);
            await Assert.ThrowsAsync<ConnectException>(() => dialling.Soon());
        }
        Assert.Equal(1, asked);
    }

    private static ServerEndPoint Named(Listener listener, params string[] addresses) => ServerEndPoint.Tcp("cache-1.example", listener.EndPoint.Port) with
    {
        Resolve = (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]),
    };
}
