using System.Buffers;
using System.Net.Sockets;

namespace ActorCache.Transport.Tests;

/// <summary>How requests leave a <see cref="PipelinedConnection"/>: who sends, what goes together, what is refused.</summary>
public sealed class SendingTests
{
    [Fact]
    public async Task A_lone_caller_sends_at_once_on_its_own_thread()
    {
        var live = await LiveConnection.Start();
        var thread = 0;
        live.Wire.Sending = _ => thread = Environment.CurrentManagedThreadId;

        live.Get("k");

        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.EndsWith("mg k v f k c O1\r\n", live.Wire.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_many_are_answered_at_a_time_the_next_callers_thread_does_not_send()
    {
        var live = await LiveConnection.Start();
        var (a, b) = (live.Get("a"), live.Get("b"));
        live.SayHits(("a", 1), ("b", 2));
        await Task.WhenAll(a.Ended, b.Ended).Soon();
        var sender = new TaskCompletionSource<Thread>(TaskCreationOptions.RunContinuationsAsynchronously);
        live.Wire.Sending = _ => sender.TrySetResult(Thread.CurrentThread);
        var caller = new Thread(() => live.Get("c"));

        caller.Start();

        Assert.NotSame(caller, await sender.Task.Soon());
    }

    [Fact]
    public async Task What_comes_while_a_send_is_under_way_goes_out_in_one_later_send_in_order()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        live.Get("k1");
        Assert.Equal("mg k1 v f k c O1\r\n", await live.Wire.NextSend());

        for (var i = 2; i <= 100; i++) live.Get($"k{i}");
        Assert.False(live.Wire.TrySeeSend(out _));
        live.Wire.ReleaseSends();

        Assert.Equal(string.Concat(Enumerable.Range(2, 99).Select(i => $"mg k{i} v f k c O{i}\r\n")), await live.Wire.NextSend());
        Assert.False(live.Wire.TrySeeSend(out _));
    }

    [Fact]
    public async Task What_is_offered_with_more_to_follow_goes_out_in_one_send_when_it_is_flushed()
    {
        var live = await LiveConnection.Start();
        for (var i = 1; i <= 3; i++)
            Assert.Equal(SendOutcome.Accepted, live.Connection.TrySend(new TestOperation(RequestKind.Get, $"k{i}", live.Time), more: true));
        Assert.False(live.Wire.TrySeeSend(out _));

        live.Connection.Flush();

        Assert.Equal("mg k1 v f k c O1\r\nmg k2 v f k c O2\r\nmg k3 v f k c O3\r\n", await live.Wire.NextSend());
        live.Connection.Flush();
        Assert.False(live.Wire.TrySeeSend(out _));
    }

    // The worker that woke a waiter sends, as it leaves, what was held back meanwhile: where nothing was, it has nothing to send.
    [Fact]
    public async Task What_is_offered_with_more_to_follow_is_not_sent_by_a_worker_that_leaves()
    {
        for (var round = 0; round < 100; round++)
        {
            var live = await LiveConnection.Start();
            var offered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            live.Offer(new TestOperation(RequestKind.NoOp, "", live.Time)
            {
                Completing = () =>
                {
                    live.Connection.TrySend(new TestOperation(RequestKind.Get, "k1", live.Time), more: true);
                    offered.SetResult();
                },
            });
            await live.Wire.NextSend();
            live.Wire.Say("MN\r\n");
            await offered.Task.Soon();
            live.Connection.TrySend(new TestOperation(RequestKind.Get, "k2", live.Time), more: true);
            live.Connection.Flush();

            Assert.Equal("mg k1 v f k c O2\r\nmg k2 v f k c O3\r\n", await live.Wire.NextSend());
        }
    }

    [Fact]
    public async Task What_is_offered_with_more_to_follow_goes_out_with_the_next_callers_request()
    {
        var live = await LiveConnection.Start();
        live.Connection.TrySend(new TestOperation(RequestKind.Get, "k1", live.Time), more: true);
        live.Get("k2");

        Assert.Equal("mg k1 v f k c O1\r\nmg k2 v f k c O2\r\n", await live.Wire.NextSend());
    }

    [Fact]
    public async Task A_flush_while_a_send_is_under_way_is_left_to_the_sender()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        live.Get("k1");
        await live.Wire.NextSend();
        live.Connection.TrySend(new TestOperation(RequestKind.Get, "k2", live.Time), more: true);

        live.Connection.Flush();
        Assert.False(live.Wire.TrySeeSend(out _));
        live.Wire.ReleaseSends();

        Assert.Equal("mg k2 v f k c O2\r\n", await live.Wire.NextSend());
    }

    [Fact]
    public async Task What_was_never_flushed_was_never_sent()
    {
        var live = await LiveConnection.Start();
        var operation = new TestOperation(RequestKind.Get, "k", live.Time);
        live.Connection.TrySend(operation, more: true);

        live.Wire.End();

        await LiveConnection.AssertEnds(operation, AttemptEnd.NeverSent);
        live.Connection.Flush();
        Assert.False(live.Wire.TrySeeSend(out _));
    }

    [Fact]
    public async Task Opaque_numbers_go_round_after_65535_and_still_pair()
    {
        var live = await LiveConnection.Start();
        for (var i = 1; i < 65_540; i++)
        {
            var operation = live.Get("k");
            live.SayHits(("k", i % 65_536));
            await LiveConnection.AssertAnswered(operation, "k");
        }
        Assert.Contains("O65535\r\nmg k v f k c O0\r\nmg k v f k c O1\r\n", live.Wire.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_window_refuses_and_recovers_with_the_next_reply()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = 3 });
        for (var i = 0; i < 3; i++) live.Get("k");

        Assert.Equal(SendOutcome.Full, live.TryGet());
        Assert.Equal(3, live.Connection.InFlight);
        live.SayHits(("k", 1));
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
        Assert.Equal(SendOutcome.Full, live.TryGet());
    }

    [Fact]
    public async Task The_largest_window_fills_to_its_last_place()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = ConnectionOptions.LargestWindow });
        live.Wire.HoldSends();
        for (var i = 0; i < ConnectionOptions.LargestWindow; i++) live.Get("k");

        Assert.Equal(SendOutcome.Full, live.TryGet());
    }

    [Fact]
    public async Task Abandoned_operations_keep_their_place_in_the_window_until_their_reply_comes()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = 2 });
        var (a, b) = (live.Get("a"), live.Get("b"));
        Assert.True(a.TakeBack());
        Assert.True(b.TakeBack());

        Assert.Equal(SendOutcome.Full, live.TryGet());
        Assert.Equal(2, live.Connection.InFlight);
        live.SayHits(("a", 1));
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
    }

    [Fact]
    public async Task Too_many_unsent_bytes_refuse_until_they_are_on_their_way()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxUnsentBytes = 1000 });
        live.Wire.HoldSends();
        live.Get("first");
        await live.Wire.NextSend();
        var value = new ReadOnlySequence<byte>(new byte[600]);
        live.Offer(new TestOperation(RequestKind.Store, "a", live.Time) { Value = value });
        live.Offer(new TestOperation(RequestKind.Store, "b", live.Time) { Value = value });

        Assert.Equal(SendOutcome.Full, live.TryGet());
        live.Wire.ReleaseSends();
        await live.Wire.NextSend();

        Assert.Equal(SendOutcome.Accepted, live.TryGet());
    }

    [Fact]
    public async Task A_refused_operation_stays_its_senders()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxInFlight = 1 });
        live.Get("k");
        var refused = new TestOperation(RequestKind.Get, "refused", live.Time);

        Assert.Equal(SendOutcome.Full, live.Connection.TrySend(refused));
        live.Connection.Close(new ConnectionClosed(CloseReason.Closed, "test"));
        await live.Closed;

        Assert.Equal(SendOutcome.Closed, live.Connection.TrySend(refused));
        Assert.False(refused.TakeBack());
        Assert.Equal(0, refused.Ends);
    }

    [Fact]
    public async Task What_was_handed_to_the_wire_is_unanswered_and_what_was_not_is_never_sent()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        var handed = live.Get("handed");
        var waiting = Enumerable.Range(0, 10).Select(i => live.Get($"waiting{i}")).ToList();

        live.Wire.End();

        await LiveConnection.AssertEnds(handed, AttemptEnd.Unanswered);
        foreach (var operation in waiting) await LiveConnection.AssertEnds(operation, AttemptEnd.NeverSent);
        Assert.DoesNotContain("waiting", live.Wire.Sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_send_that_fails_half_way_may_have_sent_all_of_it()
    {
        var live = await LiveConnection.Start();
        live.Wire.HoldSends();
        live.Get("k1");
        await live.Wire.NextSend();
        var (k2, k3) = (live.Get("k2"), live.Get("k3"));
        live.Wire.ReleaseSends();
        await live.Wire.NextSend();
        live.Wire.HoldSends();
        var k4 = live.Get("k4");
        await live.Wire.NextSend();
        var k5 = live.Get("k5");

        live.Wire.FailSends(LiveConnection.Reset);

        Assert.Equal(CloseReason.Lost, (await live.Closed).Reason);
        foreach (var handed in new[] { k2, k3, k4 }) await LiveConnection.AssertEnds(handed, AttemptEnd.Unanswered);
        await LiveConnection.AssertEnds(k5, AttemptEnd.NeverSent);
    }

    [Fact]
    public async Task A_send_that_throws_at_once_ends_the_operation_and_not_its_sender()
    {
        var live = await LiveConnection.Start();
        live.Wire.FailSends(new SocketException((int)SocketError.Shutdown));

        await LiveConnection.AssertEnds(live.Get("k"), AttemptEnd.Unanswered);

        Assert.Equal(CloseReason.Lost, (await live.Closed).Reason);
    }

    [Fact]
    public async Task An_exception_that_no_socket_throws_is_a_fault_of_ours()
    {
        var live = await LiveConnection.Start();
        live.Wire.FailSends(new InvalidOperationException("a defect"));
        live.Get("k");

        var end = await live.Closed;

        Assert.Equal(CloseReason.Faulted, end.Reason);
        Assert.Contains("a defect", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_larger_than_any_buffer_goes_out_whole()
    {
        var live = await LiveConnection.Start();
        var value = new byte[3 << 20];
        new Random(1).NextBytes(value);
        live.Offer(new TestOperation(RequestKind.Store, "large", live.Time) { Value = new ReadOnlySequence<byte>(value) });

        Assert.Equal($"ms large {value.Length} O1\r\n{System.Text.Encoding.Latin1.GetString(value)}\r\n", await live.Wire.NextSend());
    }
}
