using System.Collections.Concurrent;

namespace ActorCache.Transport.Tests;

/// <summary>
/// The bug that ends trust is a value that reaches another caller. Each trigger that other clients met has its test here, named for the
/// incident: php-memcached#531, redis-py#2624, StackExchange.Redis#3091.
/// </summary>
public sealed class DesyncTests
{
    [Fact]
    public async Task Desync_Cancel_2624()
    {
        var live = await LiveConnection.Start();
        var (before, cancelled, after) = (live.Get("before"), live.Get("cancelled"), live.Get("after"));

        Assert.True(cancelled.TakeBack());
        Assert.False(cancelled.TakeBack());
        live.SayHits(("before", 1), ("cancelled", 2), ("after", 3));

        await LiveConnection.AssertAnswered(before, "before");
        await LiveConnection.AssertAnswered(after, "after");
        await LiveConnection.AssertAnswered(AnswerNext(live, "later", 4), "later");
        Assert.Equal(0, cancelled.Ends);
    }

    [Fact]
    public async Task Cancelled_before_it_is_sent_it_is_still_sent_and_its_reply_swallowed()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        var first = live.Get("first");
        var cancelled = live.Get("cancelled");
        Assert.True(cancelled.TakeBack());
        live.Wire.ReleaseSends();
        await live.Wire.NextSend();
        Assert.Equal("mg cancelled v f k c O2\r\n", await live.Wire.NextSend());

        live.SayHits(("first", 1), ("cancelled", 2));

        await LiveConnection.AssertAnswered(first, "first");
        await LiveConnection.AssertAnswered(AnswerNext(live, "later", 3), "later");
    }

    [Fact]
    public async Task Desync_Timeout_531()
    {
        var live = await LiveConnection.Start();
        var slow = live.Get("slow", budget: TimeSpan.FromMilliseconds(100));
        var patient = live.Get("patient");

        live.Pass(100);
        await LiveConnection.AssertEnds(slow, AttemptEnd.TimedOut);
        live.SayHits(("slow", 1), ("patient", 2));

        await LiveConnection.AssertAnswered(patient, "patient");
        await LiveConnection.AssertAnswered(AnswerNext(live, "later", 3), "later");
        Assert.Equal(1, slow.Ends);
    }

    [Fact]
    public async Task Desync_WriteThrow_3091()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        var first = live.Get("first");
        await live.Wire.NextSend();
        var broken = new TestOperation(RequestKind.Store, "broken", live.Time)
        {
            WriteFault = new InvalidOperationException("cannot encode"),
        };

        Assert.Same(broken.WriteFault, Assert.Throws<InvalidOperationException>(() => live.Connection.TrySend(broken)));
        var second = live.Get("second");
        live.Wire.ReleaseSends();

        Assert.Equal("mg second v f k c O2\r\n", await live.Wire.NextSend());
        live.SayHits(("first", 1), ("second", 2));
        await LiveConnection.AssertAnswered(first, "first");
        await LiveConnection.AssertAnswered(second, "second");
        Assert.Equal(0, broken.Ends);
        Assert.False(broken.TakeBack());
    }

    [Fact]
    public async Task A_write_that_throws_on_an_idle_connection_leaves_it_idle()
    {
        var live = await LiveConnection.Start();
        var broken = new TestOperation(RequestKind.Get, "broken", live.Time)
        {
            WriteFault = new InvalidOperationException("cannot encode"),
        };
        Assert.Throws<InvalidOperationException>(() => live.Connection.TrySend(broken));

        Assert.Equal(0, live.Connection.InFlight);
        await LiveConnection.AssertAnswered(AnswerNext(live, "next", 1), "next");
    }

    [Fact]
    public async Task An_abandoned_reply_with_the_wrong_opaque_is_a_violation_all_the_same()
    {
        var live = await LiveConnection.Start();
        Assert.True(live.Get("abandoned").TakeBack());
        var next = live.Get("next");

        live.SayHits(("next", 2));

        Assert.Equal(CloseReason.ProtocolViolation, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(next, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task An_operation_used_again_is_not_ended_by_the_reply_to_its_former_request()
    {
        var live = await LiveConnection.Start();
        var pooled = live.Get("pooled");
        Assert.True(pooled.TakeBack());
        live.Offer(pooled);

        live.SayHits(("pooled", 1));
        Assert.Equal(1, live.Connection.InFlight);
        Assert.Equal(0, pooled.Ends);
        live.SayHits(("pooled", 2));

        await LiveConnection.AssertAnswered(pooled, "pooled");
    }

    [Fact]
    public async Task Thousands_from_many_threads_each_get_their_own()
    {
        const int Callers = 16, Each = 1_000;
        var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = 256 });
        using var peer = AnsweringPeer.For(live.Wire, seed: 16);
        var wrong = new ConcurrentQueue<string>();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i += 8)
            {
                var burst = Enumerable.Range(i, 8).Select(n => live.Get($"caller{caller}:{n}")).ToList();
                for (var n = 0; n < burst.Count; n++)
                {
                    var ending = await burst[n].Ended.Soon();
                    var own = $"caller{caller}:{i + n}";
                    if (ending.Value != own || burst[n].Ends != 1) wrong.Enqueue($"{own} got {ending}");
                }
            }
        }))).Soon();

        Assert.Empty(wrong);
        Assert.False(live.Connection.Completion.IsCompleted);
        Assert.Equal(0, live.Connection.InFlight);
    }

    [Fact]
    public async Task Thousands_of_which_every_tenth_is_cancelled_leave_the_others_theirs()
    {
        const int Callers = 8, Each = 1_000;
        var live = await LiveConnection.Start();
        using var peer = AnsweringPeer.For(live.Wire, seed: 10);
        var wrong = new ConcurrentQueue<string>();

        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var operation = live.Get($"caller{caller}:{i}");
                if (i % 10 == 0 && operation.TakeBack()) continue;
                var ending = await operation.Ended.Soon();
                if (ending.Value != $"caller{caller}:{i}") wrong.Enqueue($"caller{caller}:{i} got {ending}");
            }
        }))).Soon();

        Assert.Empty(wrong);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    private static TestOperation AnswerNext(LiveConnection live, string key, int opaque)
    {
        var operation = live.Get(key);
        live.SayHits((key, opaque));
        return operation;
    }
}
