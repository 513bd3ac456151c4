using System.Net.Sockets;

namespace ActorCache.Transport.Tests;

/// <summary>A configuration endpoint that answers, in the newer way or the older one, and every way in which it may not.</summary>
public sealed class ClusterInquiryTests
{
    private const string Question = "config get cluster\r\n";
    private const string OldQuestion = "get AmazonElastiCache:cluster\r\n";
    private const string Answer = "CONFIG cluster 0 12\r\n3\na||1 b||2\n\r\nEND\r\n";
    private static readonly ConnectionOptions Options = new() { ReadTimeout = TimeSpan.FromMilliseconds(300) };

    [Fact]
    public async Task The_servers_are_named_and_the_connection_is_closed()
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        Assert.Equal(Question, await peer.Read(Question.Length));
        foreach (var one in Answer) await peer.Say(one.ToString());

        var told = await asking.Soon();
        Assert.Equal((3, "a:1 b:2"), (told.Version, string.Join(' ', told.Nodes.Select(node => $"{node.Host}:{node.Port}"))));
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task An_older_engine_is_asked_in_the_older_way()
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Expect(Question, "ERROR\r\n");
        await peer.Expect(OldQuestion, "VALUE AmazonElastiCache:cluster 0 7\r\n9\na||1\n\r\nEND\r\n");
        Assert.Equal(9, (await asking.Soon()).Version);
    }

    [Fact]
    public async Task A_plain_memcached_is_no_configuration_endpoint()
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Expect(Question, "ERROR\r\n");
        await peer.Expect(OldQuestion, "END\r\n");
        var end = await AssertFails(asking);
        Assert.Equal(CloseReason.HandshakeFailed, end.Reason);
        Assert.Contains("name its configuration endpoint", end.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CONFIG cluster 0 99999999\r\n")]
    [InlineData("CONFIG cluster 0 12\r\n3\na||1 b||0\n\r\nEND\r\n")]
    [InlineData("garbage\r\n")]
    [InlineData("SERVER_ERROR busy\r\n")]
    public async Task What_is_no_such_answer_is_a_violation(string says)
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Expect(Question, says);
        Assert.Equal(CloseReason.ProtocolViolation, (await AssertFails(asking)).Reason);
        await peer.SeesTheEnd();
    }

    [Theory]
    [InlineData("")]
    [InlineData("CONFIG cluster 0 12\r\n3\na||1")]
    public async Task Who_hangs_up_before_the_end_has_named_nobody(string says)
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using (var peer = await listener.Accept()) await peer.Expect(Question, says);
        Assert.Equal(CloseReason.Unreachable, (await AssertFails(asking)).Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("CONFIG cluster 0 12\r\n3\na||1")]
    public async Task Silence_and_drips_end_with_the_read_timeout(string says)
    {
        using var listener = new Listener();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time);
        using var peer = await listener.Accept();
        await peer.Expect(Question, says);
        listener.Time.Advance(Options.ReadTimeout - TimeSpan.FromMilliseconds(1));
        Assert.False(asking.IsCompleted);
        listener.Time.Advance(TimeSpan.FromMilliseconds(1));
        var end = await AssertFails(asking);
        Assert.Equal(CloseReason.ConnectTimeout, end.Reason);
        Assert.Contains("300 ms", end.Detail, StringComparison.Ordinal);
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_name_that_is_long_in_coming_ends_with_the_connect_timeout()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var never = new TaskCompletionSource<System.Net.IPAddress[]>();
        var asking = ClusterInquiry.AskAsync(ServerEndPoint.Tcp("cluster.example", 11211) with { Resolve = (_, _) => never.Task }, Options, time);
        time.Advance(Options.ConnectTimeout);
        var end = await AssertFails(asking);
        Assert.Equal(CloseReason.ConnectTimeout, end.Reason);
        Assert.Contains("cluster.example:11211", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_connect_is_unreachable()
    {
        ServerEndPoint gone;
        using (var listener = new Listener()) gone = listener.EndPoint;
        Assert.Equal(CloseReason.Unreachable, (await AssertFails(ClusterInquiry.AskAsync(gone, Options, TimeProvider.System))).Reason);
    }

    [Fact]
    public async Task Given_up_it_is_cancelled_and_hangs_up()
    {
        using var listener = new Listener();
        using var giveUp = new CancellationTokenSource();
        var asking = ClusterInquiry.AskAsync(listener.EndPoint, Options, listener.Time, giveUp.Token);
        using Socket peer = await listener.Accept();
        await peer.Read(Question.Length);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking.Soon());
        await peer.SeesTheEnd();
    }

    private static async Task<ConnectionClosed> AssertFails(Task<Protocol.ClusterConfiguration> asking) =>
        (await Assert.ThrowsAsync<ConnectException>(() => asking.Soon())).End;
}
