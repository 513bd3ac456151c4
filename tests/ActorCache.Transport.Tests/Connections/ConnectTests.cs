using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>Dialling over real sockets: every way a dial can go wrong has its reason, and what goes well serves.</summary>
public sealed class ConnectTests
{
    private const string Probe = "get actorcache-probe\r\n";
    private static readonly ConnectionOptions Options = new();

    [Fact]
    public async Task An_answered_handshake_is_a_connection_that_serves()
    {
        using var listener = new Listener();
        var (connection, peer) = await listener.Connect();
        var operation = new TestOperation(RequestKind.Get, "k", listener.Time);

        Assert.Equal(SendOutcome.Accepted, connection.TrySend(operation));
        Assert.Equal("mg k v f k c O0\r\n", await peer.Read(17));
        await peer.Say("VA 5 kk c1 O0\r\nhello\r\n");

        await LiveConnection.AssertAnswered(operation, "hello");
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_refused_port_is_unreachable()
    {
        ServerEndPoint gone;
        using (var listener = new Listener()) gone = listener.EndPoint;

        var end = await AssertFails(PipelinedConnection.ConnectAsync(gone, Options, new FakeTimeProvider()));

        Assert.Equal(CloseReason.Unreachable, end.Reason);
        Assert.Contains(gone.ToString(), end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_where_no_socket_is_is_unreachable()
    {
        var nowhere = ServerEndPoint.Unix(Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N")));

        var end = await AssertFails(PipelinedConnection.ConnectAsync(nowhere, Options, new FakeTimeProvider()));

        Assert.Equal(CloseReason.Unreachable, end.Reason);
    }

    [Fact]
    public async Task Silence_after_the_accept_is_a_connect_timeout()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Read(Probe.Length);

        listener.Time.Advance(TimeSpan.FromMilliseconds(499));
        Assert.False(connecting.IsCompleted);
        listener.Time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(CloseReason.ConnectTimeout, (await AssertFails(connecting)).Reason);
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_drip_that_never_becomes_an_answer_is_a_connect_timeout_too()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Read(Probe.Length);
        await peer.Say("E");

        listener.Time.Advance(Options.ConnectTimeout);

        Assert.Equal(CloseReason.ConnectTimeout, (await AssertFails(connecting)).Reason);
    }

    [Fact]
    public async Task Accepted_and_closed_is_a_failed_handshake()
    {
        using var listener = new Listener();
        for (var i = 0; i < 50; i++)
        {
            var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
            (await listener.Accept()).Dispose();

            Assert.Equal(CloseReason.HandshakeFailed, (await AssertFails(connecting)).Reason);
        }
    }

    [Theory]
    [InlineData("ERROR Too many open connections\r\n", "Too many open connections")]
    [InlineData("ERROR\r\n", "Error")]
    [InlineData("CLIENT_ERROR busy\r\n", "busy")]
    [InlineData("-ERR unknown command\r\n", "no known code")]
    [InlineData("HTTP/1.1 400 Bad Request\r\n\r\n", "no known code")]
    public async Task A_server_that_refuses_or_is_no_memcached_is_a_failed_handshake(string says, string detail)
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Say(says);

        var end = await AssertFails(connecting);

        Assert.Equal(CloseReason.HandshakeFailed, end.Reason);
        Assert.Contains(detail, end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_that_answers_gets_and_hangs_up_twice_on_what_it_does_not_know_is_spoken_to_of_keys_only()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        for (var hangUp = 0; hangUp < 2; hangUp++)
        {
            using var before = await listener.Accept();
            await before.Expect(Probe, "END\r\n");
            Assert.Equal("mn\r\n", await before.Read(4));
        }
        using var peer = await listener.Accept();
        await peer.Expect(Probe, "END\r\n");
        await peer.Expect(Probe, "END\r\n");
        var connection = await connecting.Soon();

        Assert.Equal((Dialect.Classic, true), (connection.Dialect, connection.KeysOnly));
        foreach (var kind in new[] { RequestKind.FlushAll, RequestKind.Stats, RequestKind.Version })
            Assert.Equal(SendOutcome.NotSupported, connection.TrySend(new TestOperation(kind, "k", listener.Time)));
        var get = new TestOperation(RequestKind.Get, "k", listener.Time);
        Assert.Equal(SendOutcome.Accepted, connection.TrySend(get));
        await peer.Expect("gets k\r\n", "VALUE k 0 5 1\r\nhello\r\nEND\r\n");
        await LiveConnection.AssertAnswered(get, "hello");
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task A_server_that_dies_once_over_the_handshake_is_taken_for_what_it_is()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using (var before = await listener.Accept()) await before.Expect(Probe, "END\r\n");
        using var peer = await listener.Accept();
        await peer.AnswerHandshake();

        var connection = await connecting.Soon();
        Assert.Equal((Dialect.Meta, false), (connection.Dialect, connection.KeysOnly));
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task All_dials_of_one_connect_share_one_connect_timeout()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using (var before = await listener.Accept())
        {
            await before.Expect(Probe, "END\r\n");
            listener.Time.Advance(Options.ConnectTimeout - TimeSpan.FromMilliseconds(1));
        }
        using var peer = await listener.Accept();
        Assert.False(connecting.IsCompleted);
        listener.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(CloseReason.ConnectTimeout, (await AssertFails(connecting)).Reason);
    }

    [Fact]
    public async Task A_server_that_does_not_know_mn_is_served_in_classic_on_the_same_connection()
    {
        using var listener = new Listener();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Expect(Probe, "END\r\n");
        await peer.Expect("mn\r\n", "ERROR\r\n");
        await peer.Expect(Probe, "END\r\n");
        var connection = await connecting.Soon();

        Assert.Equal((Dialect.Classic, false), (connection.Dialect, connection.KeysOnly));
        var flush = new TestOperation(RequestKind.FlushAll, "k", listener.Time);
        Assert.Equal(SendOutcome.Accepted, connection.TrySend(flush));
        await peer.Expect("flush_all\r\n", "OK\r\n");
        Assert.Equal(Protocol.ReplyCode.Ok, (await flush.Ended.Soon()).Answer);
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    [Fact]
    public async Task A_dial_that_is_given_up_is_cancelled_and_hangs_up()
    {
        using var listener = new Listener();
        using var giveUp = new CancellationTokenSource();
        var connecting = PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time, giveUp.Token);
        using var peer = await listener.Accept();
        await peer.Read(Probe.Length);

        giveUp.Cancel();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.Soon());
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_dial_that_was_given_up_before_does_not_begin()
    {
        using var listener = new Listener();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            PipelinedConnection.ConnectAsync(listener.EndPoint, Options, listener.Time, new CancellationToken(true)).Soon());
    }

    [Fact]
    public async Task A_reset_is_a_loss_and_everyone_in_flight_ends_once()
    {
        using var listener = new Listener();
        var (connection, peer) = await listener.Connect();
        var operations = Enumerable.Range(0, 100).Select(_ => new TestOperation(RequestKind.Get, "k", listener.Time)).ToList();
        foreach (var operation in operations) connection.TrySend(operation);

        peer.LingerState = new LingerOption(true, 0);
        peer.Dispose();

        Assert.Equal(CloseReason.Lost, (await connection.Completion.Soon()).Reason);
        foreach (var operation in operations) Assert.NotNull((await operation.Ended.Soon()).End);
        Assert.All(operations, operation => Assert.Equal(1, operation.Ends));
    }

    [Fact]
    public async Task A_half_closed_idle_connection_is_lost_before_anything_is_sent_into_it()
    {
        using var listener = new Listener();
        var (connection, peer) = await listener.Connect();

        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(CloseReason.Lost, (await connection.Completion.Soon()).Reason);
        Assert.Equal(SendOutcome.Closed, connection.TrySend(new TestOperation(RequestKind.Get, "k", listener.Time)));
    }

    [Fact]
    public async Task Megabytes_into_a_peer_that_reads_late_arrive_whole_and_in_order()
    {
        using var listener = new Listener();
        var (connection, peer) = await listener.Connect();
        var random = new Random(9);
        var operations = Enumerable.Range(1, 8).Select(i =>
        {
            var value = new byte[2 << 20];
            random.NextBytes(value);
            return new TestOperation(RequestKind.Store, $"k{i}", listener.Time) { Value = new ReadOnlySequence<byte>(value) };
        }).ToList();
        foreach (var operation in operations) Assert.Equal(SendOutcome.Accepted, connection.TrySend(operation));

        for (var i = 1; i <= 8; i++)
        {
            var head = $"ms k{i} {2 << 20} O{i - 1}\r\n";
            Assert.Equal(head, await peer.Read(head.Length));
            var sent = Encoding.Latin1.GetString(operations[i - 1].Value.FirstSpan);
            Assert.True(sent == await peer.Read(2 << 20), $"value {i} arrived changed");
            Assert.Equal("\r\n", await peer.Read(2));
            await peer.Say($"HD O{i - 1}\r\n");
        }
        foreach (var operation in operations) Assert.Equal(Protocol.ReplyCode.Done, (await operation.Ended.Soon()).Answer);
    }

    [Fact]
    public async Task A_unix_socket_is_dialled_by_its_path()
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        try
        {
            var connecting = PipelinedConnection.ConnectAsync(ServerEndPoint.Unix(path), Options, new FakeTimeProvider());
            using var peer = await listener.AcceptAsync().Soon();
            await peer.AnswerHandshake();
            (await connecting.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    // F32: whoever listens on the way would have it.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_password_does_not_go_to_another_machine_in_cleartext_without_leave(bool isAllowed)
    {
        var own = System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses).Select(one => one.Address)
            .First(one => one.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(one)); // As far as anybody can tell, another machine's.
        using var listener = new TcpListener(own, 0);
        listener.Start();
        var server = ServerEndPoint.Tcp(own.ToString(), ((IPEndPoint)listener.LocalEndpoint).Port);
        var options = new ConnectionOptions { Credentials = new Credentials("app", "s3cret"), AllowCleartextPassword = isAllowed };
        var connecting = PipelinedConnection.ConnectAsync(server, options, new FakeTimeProvider());
        using var peer = await listener.AcceptSocketAsync().Soon();
        if (isAllowed)
        {
            await peer.Expect(Probe, "CLIENT_ERROR unauthenticated\r\n");
            await peer.Expect("set actorcache-auth 0 -1 10\r\napp s3cret\r\n", "STORED\r\n");
            await peer.AnswerHandshake();
            (await connecting.Soon()).Close(new ConnectionClosed(CloseReason.Closed, "done"));
            return;
        }
        var end = await AssertFails(connecting);
        Assert.Equal(CloseReason.AuthenticationFailed, end.Reason);
        Assert.Contains("set Tls, or AllowCleartextPassword", end.Detail, StringComparison.Ordinal);
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_name_is_resolved_and_dialled()
    {
        using var listener = new Listener();
        var byName = ServerEndPoint.Tcp("localhost", listener.EndPoint.Port);
        var connecting = PipelinedConnection.ConnectAsync(byName, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.AnswerHandshake();

        await connecting.Soon();
    }

    private static async Task<ConnectionClosed> AssertFails(Task<PipelinedConnection> connecting)
    {
        var failed = await Assert.ThrowsAsync<ConnectException>(() => connecting.Soon());
        Assert.Equal(failed.End.ToString(), failed.Message);
        return failed.End;
    }
}
