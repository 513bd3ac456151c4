using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>Several addresses, some of which refuse or swallow: whoever answers is found, and nothing is left behind.</summary>
public sealed class AddressRaceTests
{
    private static readonly TimeSpan HeadStart = TimeSpan.FromMilliseconds(100);
    private static readonly IPAddress First = IPAddress.Parse("127.0.0.2");
    private static readonly IPAddress Second = IPAddress.Parse("127.0.0.3");
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData(500, 1, 250)]
    [InlineData(500, 2, 125)]
    [InlineData(500, 8, 31.25)]
    [InlineData(500, 1000, 10)]
    [InlineData(5000, 2, 250)]
    public void All_addresses_have_begun_within_half_of_the_time(int connectTimeout, int addresses, double headStart) =>
        Assert.Equal(TimeSpan.FromMilliseconds(headStart), AddressRace.HeadStart(TimeSpan.FromMilliseconds(connectTimeout), addresses));

    [Fact]
    public async Task One_that_swallows_has_a_head_start_and_no_more()
    {
        using var swallower = await Swallower.StartAsync(First);
        using var listener = Listen(Second, swallower.Port);
        var racing = Race(swallower.Port, First, Second);

        _time.Advance(HeadStart - TimeSpan.FromMilliseconds(1));
        Assert.False(listener.Pending());
        Assert.False(racing.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        using var peer = await listener.AcceptSocketAsync().Soon();
        using var socket = await racing.Soon();
        Assert.Equal(Second, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task One_that_refuses_has_not_even_that()
    {
        using var listener = Listen(Second, 0);
        using var socket = await Race(Port(listener), First, IPAddress.IPv6Loopback, Second).Soon();
        Assert.Equal(Second, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Of_two_that_listen_the_first_one_is_taken_and_the_second_one_never_hears_of_it()
    {
        using var first = Listen(First, 0);
        using var second = Listen(Second, Port(first));
        using var socket = await Race(Port(first), First, Second).Soon();
        Assert.Equal(First, ((IPEndPoint)socket.RemoteEndPoint!).Address);
        Assert.False(second.Pending());
    }

    [Fact]
    public async Task When_all_fail_it_says_how_each_did()
    {
        int port;
        using (var gone = Listen(First, 0)) port = Port(gone);
        var failed = await Assert.ThrowsAsync<SocketException>(() => Race(port, First, Second).Soon());
        Assert.Equal(SocketError.ConnectionRefused, failed.SocketErrorCode);
        Assert.Matches("127\\.0\\.0\\.2: .+; 127\\.0\\.0\\.3: .+", failed.Message);
    }

    [Fact]
    public async Task No_address_at_all_is_a_failure_too()
    {
        var failed = await Assert.ThrowsAsync<SocketException>(() => Race(11211).Soon());
        Assert.Equal(SocketError.HostNotFound, failed.SocketErrorCode);
    }

    [Fact]
    public async Task Given_up_it_ends_at_once()
    {
        using var swallower = await Swallower.StartAsync(First);
        using var giveUp = new CancellationTokenSource();
        var racing = Race(swallower.Port, giveUp.Token, First, Second);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => racing.Soon());
    }

    [Fact]
    public async Task Those_it_has_begun_with_are_last_in_the_book_until_one_has_answered()
    {
        using var swallower = await Swallower.StartAsync(First);
        using var listener = Listen(Second, swallower.Port);
        var book = new AddressBook();
        var racing = AddressRace.RunAsync([First, Second], swallower.Port, book, HeadStart, _time, CancellationToken.None);
        _time.Advance(HeadStart);
        using var socket = await racing.Soon();
        Assert.Equal([IPAddress.Loopback, First, Second], book.Order([First, Second, IPAddress.Loopback]));
        book.Answered();
        Assert.Equal([Second, IPAddress.Loopback, First], book.Order([First, Second, IPAddress.Loopback]));
    }

    private Task<Socket> Race(int port, params IPAddress[] addresses) => Race(port, CancellationToken.None, addresses);

    private Task<Socket> Race(int port, CancellationToken ct, params IPAddress[] addresses) =>
        AddressRace.RunAsync(addresses, port, new AddressBook(), HeadStart, _time, ct);

    private static TcpListener Listen(IPAddress address, int port)
    {
        var listener = new TcpListener(address, port);
        listener.Start();
        return listener;
    }

    private static int Port(TcpListener listener) => ((IPEndPoint)listener.LocalEndpoint).Port;
}
