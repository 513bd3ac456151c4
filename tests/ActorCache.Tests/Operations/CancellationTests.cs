using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A cancelled call ends with the caller's token, wherever it is, and leaves no trace in the pooled operation's next use.</summary>
public class CancellationTests
{
    private readonly Pool _pool = new("a", "b");

    public static readonly TheoryData<string> Kinds = ActorCacheClientTests.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_in_flight_ends_at_once_and_its_late_reply_finds_nobody(string kind)
    {
        using var cancellation = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"), cancellation.Token);
        var request = await _pool["a"].NextAsync();
        await cancellation.CancelAsync();
        await AssertCancelled(call, cancellation.Token);
        Assert.False(request.Answer(Calls.Good(kind)));
        Assert.Empty(_pool["b"].Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_call_that_waits_for_a_first_connect_ends_at_once_and_is_never_sent(string kind)
    {
        var pool = new Pool(connected: false, "a");
        using var cancellation = new CancellationTokenSource();
        var call = Calls.Begin(pool.Client, kind, "key", cancellation.Token);
        await cancellation.CancelAsync();
        await AssertCancelled(call, cancellation.Token);
        Assert.Empty(pool.Up("a").Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_while_the_call_is_between_two_servers_ends_it_there(string kind)
    {
        // The second server is just being asked when the caller cancels: the operation is in nobody's slot, and finds the mark afterwards.
        using var cancellation = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b"), cancellation.Token);
        var request = await _pool["a"].NextAsync();
        _pool["b"].OnOffered = cancellation.Cancel;
        request.End(AttemptEnd.NeverSent);
        await AssertCancelled(call, cancellation.Token);
        Assert.False((await _pool["b"].NextAsync()).Answer(Calls.Good(kind)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_while_the_call_is_first_sent_ends_it_there(string kind)
    {
        using var cancellation = new CancellationTokenSource();
        _pool["a"].OnOffered = cancellation.Cancel;
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"), cancellation.Token);
        await AssertCancelled(call, cancellation.Token);
        Assert.False((await _pool["a"].NextAsync()).Answer(Calls.Good(kind)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_as_soon_as_the_call_is_in_its_slot_ends_it_there(string kind)
    {
        using var cancellation = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b"), cancellation.Token);
        var request = await _pool["a"].NextAsync();
        _pool["b"].OnAccepted = _ => cancellation.Cancel();
        request.End(AttemptEnd.NeverSent);
        await AssertCancelled(call, cancellation.Token);
        Assert.False((await _pool["b"].NextAsync()).IsWaiting);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_that_comes_while_an_attempt_ends_sends_nothing_more(string kind)
    {
        foreach (var end in new[] { AttemptEnd.NeverSent, AttemptEnd.Unanswered, AttemptEnd.TimedOut })
        {
            using var cancellation = new CancellationTokenSource();
            var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a", "b"), cancellation.Token);
            // Taken out of its slot by its end, cancelled, and only then told of the end.
            var operation = (await _pool["a"].NextAsync()).Take();
            await cancellation.CancelAsync();
            Assert.False(call.IsCompleted);
            operation.OnAttemptEnded(end);
            await AssertCancelled(call, cancellation.Token);
            Assert.Empty(_pool["b"].Accepted);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancellation_after_the_answer_does_nothing_to_that_call_nor_to_the_next(string kind)
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => Calls.Good(kind);
        using var cancellation = new CancellationTokenSource();
        Assert.True((await Calls.Begin(_pool.Client, kind, "key", cancellation.Token).Soon()).IsGood);

        foreach (var connection in _pool.Connections) connection.Answers = null;
        var next = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"));
        await cancellation.CancelAsync();
        Assert.False(next.IsCompleted);
        Assert.True(_pool["a"].Accepted[^1].Answer(Calls.Good(kind)));
        Assert.True((await next.Soon()).IsGood);
    }

    [Fact]
    public async Task An_answer_that_has_come_beats_a_cancellation_that_comes_before_it_is_taken()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a"), cancellation.Token);
        (await _pool["a"].NextAsync()).Answer("VA 1 c1\r\nv", inline: true);
        await cancellation.CancelAsync();
        Assert.Equal("v", (await call.Soon()).Value);
    }

    [Fact]
    public async Task A_cancelled_task_is_cancelled_not_faulted()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _pool.Client.SetAsync("key", "v", ct: cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await AssertCancelled(call, cancellation.Token);
        Assert.Equal(TaskStatus.Canceled, call.Status);
    }

    private static async Task AssertCancelled(Task call, CancellationToken token)
    {
        await Task.WhenAny(call).Soon();
        Assert.True(call.IsCanceled, call.Status.ToString());
        Assert.Equal(token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call)).CancellationToken);
    }
}
