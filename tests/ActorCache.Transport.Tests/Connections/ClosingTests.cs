namespace ActorCache.Transport.Tests;

/// <summary>A connection ends once, for the first reason given, and every operation in it ends exactly once.</summary>
public sealed class ClosingTests
{
    private static readonly ConnectionClosed ByTest = new(CloseReason.Closed, "the test says so");

    [Fact]
    public async Task The_first_reason_stands()
    {
        var live = await LiveConnection.Start();
        live.Connection.Close(ByTest);
        live.Connection.Close(new ConnectionClosed(CloseReason.Faulted, "too late"));
        live.Wire.End();

        Assert.Same(ByTest, await live.Closed);
        Assert.True(live.Wire.IsDisposed);
        Assert.Equal("Closed: the test says so", ByTest.ToString());
    }

    [Fact]
    public async Task A_closed_connection_takes_nothing()
    {
        var live = await LiveConnection.Start();
        live.Connection.Close(ByTest);
        var sent = live.Wire.Sent;

        Assert.Equal(SendOutcome.Closed, live.TryGet());
        Assert.Equal(sent, live.Wire.Sent);
    }

    [Fact]
    public async Task Closed_from_inside_a_completion_it_ends_the_others()
    {
        var live = await LiveConnection.Start();
        live.Offer(new TestOperation(RequestKind.Get, "a", live.Time) { Completing = () => live.Connection.Close(ByTest) });
        var other = live.Get("b");

        live.SayHits(("a", 1));

        Assert.Same(ByTest, await live.Closed);
        await LiveConnection.AssertEnds(other, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task Closed_from_inside_the_end_of_an_attempt_it_ends_the_others()
    {
        var live = await LiveConnection.Start();
        var late = live.Offer(new TestOperation(RequestKind.Get, "a", live.Time, TimeSpan.FromMilliseconds(50))
        {
            AttemptEnding = () => live.Connection.Close(ByTest),
        });
        var other = live.Get("b");

        live.Pass(75);

        await LiveConnection.AssertEnds(late, AttemptEnd.TimedOut);
        await LiveConnection.AssertEnds(other, AttemptEnd.Unanswered);
        Assert.Same(ByTest, await live.Closed);
    }

    [Fact]
    public async Task Operations_answered_before_the_end_keep_their_answer()
    {
        var live = await LiveConnection.Start();
        var (a, b, c) = (live.Get("a"), live.Get("b"), live.Get("c"));

        live.SayHits(("a", 1), ("b", 2));
        live.Connection.Close(ByTest);

        await LiveConnection.AssertAnswered(a, "a");
        await LiveConnection.AssertAnswered(b, "b");
        await LiveConnection.AssertEnds(c, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task Abandoned_operations_do_not_end_with_the_connection()
    {
        var live = await LiveConnection.Start();
        var (abandoned, other) = (live.Get("a"), live.Get("b"));
        abandoned.TakeBack();

        live.Connection.Close(ByTest);

        await LiveConnection.AssertEnds(other, AttemptEnd.Unanswered);
        Assert.Equal(0, abandoned.Ends);
    }

    [Fact]
    public async Task After_the_end_the_clock_ticks_for_nobody()
    {
        var live = await LiveConnection.Start();
        var operation = live.Get("a");
        live.Connection.Close(ByTest);
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);

        live.Pass(10_000);

        Assert.Equal(1, operation.Ends);
        Assert.Same(ByTest, await live.Closed);
    }

    // Nobody is to dial again before it is known which requests were left without an answer.
    [Fact]
    public async Task It_is_over_only_when_every_operation_in_flight_has_been_ended()
    {
        var live = await LiveConnection.Start();
        using var endingLast = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        var first = live.Get("a");
        var last = live.Offer(new TestOperation(RequestKind.Get, "b", live.Time)
        {
            AttemptEnding = () =>
            {
                endingLast.Set();
                mayEnd.Soon();
            },
        });

        live.Connection.Close(ByTest);
        endingLast.Soon();
        Assert.True(first.Ended.IsCompleted);
        Assert.False(live.Connection.Completion.IsCompleted);
        Assert.Equal(SendOutcome.Closed, live.TryGet());

        mayEnd.Set();
        Assert.Same(ByTest, await live.Closed);
        await LiveConnection.AssertEnds(last, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData(CloseReason.Closed, false)]
    [InlineData(CloseReason.Lost, true)]
    [InlineData(CloseReason.Stalled, true)]
    [InlineData(CloseReason.ProtocolViolation, true)]
    [InlineData(CloseReason.Faulted, true)]
    public async Task Unless_it_was_asked_to_close_what_is_not_on_its_way_is_thrown_away(CloseReason reason, bool aborts)
    {
        var live = await LiveConnection.Start();
        live.Connection.Close(new ConnectionClosed(reason, "test"));
        await live.Closed;
        Assert.Equal((true, aborts), (live.Wire.IsDisposed, live.Wire.IsAborted));
    }

    // While one thread ends those in flight, the receive loop may still leave places behind: they must not be used again under its feet.
    [Fact]
    public async Task Closed_in_the_midst_of_a_batch_of_replies_it_ends_everyone_behind_them()
    {
        var live = await LiveConnection.Start();
        using var ending = new ManualResetEventSlim();
        using var batchRead = new ManualResetEventSlim();
        live.Offer(new TestOperation(RequestKind.Get, "a", live.Time)
        {
            Replying = _ =>
            {
                live.Connection.Close(ByTest);
                ending.Soon();
            },
        });
        var b = live.Offer(new TestOperation(RequestKind.Get, "b", live.Time)
        {
            AttemptEnding = () =>
            {
                ending.Set();
                batchRead.Soon();
            },
        });
        var (c, d) = (live.Get("c"), live.Get("d"));

        live.SayHits(("a", 1), ("b", 2), ("c", 3));
        batchRead.Set();

        await LiveConnection.AssertEnds(b, AttemptEnd.Unanswered);
        await LiveConnection.AssertAnswered(c, "c");
        await LiveConnection.AssertEnds(d, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Ended_in_the_midst_of_sends_and_replies_every_operation_ends_exactly_once(int how)
    {
        for (var round = 0; round < 30; round++)
        {
            var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = 64 });
            using var peer = AnsweringPeer.For(live.Wire, seed: round);
            var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var until = 20 * (round + 1);
            var callers = Enumerable.Range(0, 4).Select(caller => Task.Run(async () =>
            {
                var accepted = new List<TestOperation>();
                while (true)
                {
                    var operation = new TestOperation(RequestKind.Get, $"k{caller}", live.Time);
                    var outcome = live.Connection.TrySend(operation);
                    if (outcome == SendOutcome.Closed) return accepted;
                    if (outcome == SendOutcome.Full) await accepted[^1].Ended.Soon();
                    else accepted.Add(operation);
                    if (Interlocked.Decrement(ref until) == 0) enough.SetResult();
                    if (accepted.Count % 16 == 0) await accepted[^1].Ended.Soon();
                }
            })).ToList();
            await enough.Task.Soon();

            if (how == 0) await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => live.Connection.Close(ByTest)))).Soon();
            else if (how == 1) live.Wire.End();
            else if (how == 2) live.Wire.FailSends(LiveConnection.Reset);
            else live.Wire.Break(LiveConnection.Reset);

            await live.Closed;
            foreach (var caller in callers)
            {
                foreach (var operation in await caller.Soon())
                {
                    var ending = await operation.Ended.Soon();
                    Assert.True(ending.End is AttemptEnd.NeverSent or AttemptEnd.Unanswered || ending.Value.Length == 2, $"{ending}");
                    Assert.Equal(1, operation.Ends);
                }
            }
        }
    }
}
