using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>Who is judged by the clock, and when: late attempts, silent servers, idle connections; after our own freeze nobody.</summary>
public sealed class StallWatchdogTests
{
    // A tick early rather than late: else the attempts of the connection's last moments would time out one by one, before it ends.
    [Fact]
    public async Task Operations_in_flight_and_no_byte_until_a_tick_before_the_read_timeout_is_a_stall()
    {
        var live = await LiveConnection.Start();
        live.Pass(200);
        var operation = live.Get("a");

        live.Pass(450);
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
        live.Pass(25);

        var end = await live.Closed;
        Assert.Equal((CloseReason.Stalled, "2 operations in flight and no byte for 475 ms"), (end.Reason, end.Detail));
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task A_silent_server_is_stalled_before_the_first_attempt_would_time_out_by_itself()
    {
        var live = await LiveConnection.Start();
        var first = live.Get("a");
        var all = new List<TestOperation> { first };
        for (var i = 0; i < 18; i++)
        {
            live.Pass(25);
            all.Add(live.Get("a"));
        }
        live.Pass(50);
        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
        foreach (var operation in all) await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Theory]
    [InlineData(100, 25, 90)]   // A tick is a quarter of it: early by a tenth.
    [InlineData(1_000, 10, 990)]
    public async Task The_verdict_is_early_by_a_tick_or_by_a_tenth_if_that_is_less(int readTimeout, int tick, int stallAfter)
    {
        var live = await LiveConnection.Start(new ConnectionOptions
        {
            ReadTimeout = TimeSpan.FromMilliseconds(readTimeout), Tick = TimeSpan.FromMilliseconds(tick),
        });
        live.Get("a");
        var due = (stallAfter + tick - 1) / tick * tick;
        live.Pass(due - tick);
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
        live.Pass(tick);
        Assert.Equal($"2 operations in flight and no byte for {due} ms", (await live.Closed).Detail);
    }

    [Theory]
    [InlineData(500, 100, 225)] // No byte for over 100 ms by then: the next tick says so.
    [InlineData(500, 1_000, 975)]
    public async Task A_read_timeout_that_changes_is_that_of_connections_which_wait_already(int before, int after, int stallAfter)
    {
        var timeouts = new Timeouts { Read = TimeSpan.FromMilliseconds(before) };
        var live = await LiveConnection.Start(new ConnectionOptions { Timeouts = timeouts });
        var operation = live.Get("a", TimeSpan.FromSeconds(60));
        live.Pass(200);
        timeouts.Read = TimeSpan.FromMilliseconds(after);

        live.Pass(stallAfter - 225);
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
        live.Pass(25);
        Assert.Equal((CloseReason.Stalled, $"2 operations in flight and no byte for {stallAfter} ms"), ((await live.Closed).Reason, (await live.Closed).Detail));
        Assert.Equal(1, operation.Ends);
    }

    [Fact]
    public async Task The_next_attempt_waits_as_long_as_the_changed_read_timeout_and_one_on_its_way_as_long_as_before()
    {
        var timeouts = new Timeouts { Read = TimeSpan.FromMilliseconds(500) };
        var live = await LiveConnection.Start(new ConnectionOptions { Timeouts = timeouts });
        var before = live.Get("before", TimeSpan.FromSeconds(60));
        timeouts.Read = TimeSpan.FromMilliseconds(2_000);
        var after = live.Get("after", TimeSpan.FromSeconds(60));
        for (var passed = 25; passed <= 2_000; passed += 25)
        {
            live.Pass(25);
            live.Wire.Say(passed == 25 ? "VA 1000 kbefore c1 O1\r\n" : "x"); // It moves: nobody stalls.
            Assert.Equal((passed >= 500, passed >= 2_000), (before.Ended.IsCompleted, after.Ended.IsCompleted));
        }
        await LiveConnection.AssertEnds(after, AttemptEnd.TimedOut);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_reply_that_drips_kills_no_connection_but_its_attempt_is_over_in_time()
    {
        var live = await LiveConnection.Start();
        var slow = live.Get("slow");
        live.Wire.Say("VA 100 kslow c1 O1\r\n");

        for (var i = 0; i < 100; i++)
        {
            live.Pass(100);
            live.Wire.Say("x");
            Assert.Equal(i >= 4, slow.Ended.IsCompleted);
        }
        await LiveConnection.AssertEnds(slow, AttemptEnd.TimedOut);
        var next = live.Get("next");
        live.Wire.Say("\r\n");
        live.SayHits(("next", 2));

        await LiveConnection.AssertAnswered(next, "next");
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_reply_that_announces_more_than_there_may_be_is_not_waited_for()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { MaxValueBytes = 100_000 });
        var get = live.Get("a");
        live.Wire.Say("VA 100000 ka c1 O1\r\n");
        Assert.False(live.Connection.Completion.IsCompleted);
        live.Wire.Say(new string('x', 100_000) + "\r\n");
        await LiveConnection.AssertAnswered(get, new string('x', 100_000));

        live.Get("b");
        live.Wire.Say("VA 200000 kb c1 O2\r\n");
        var end = await live.Closed;
        Assert.Equal(CloseReason.ProtocolViolation, end.Reason);
        Assert.Contains("MaxValueBytes", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_attempt_is_over_at_the_read_timeout_or_at_its_own_deadline_whichever_is_first()
    {
        var live = await LiveConnection.Start();
        var hurried = live.Get("hurried", TimeSpan.FromMilliseconds(60));
        var patient = live.Get("patient", TimeSpan.FromSeconds(60));

        live.Pass(50);
        Assert.False(hurried.Ended.IsCompleted);
        live.Pass(25);
        await LiveConnection.AssertEnds(hurried, AttemptEnd.TimedOut);
        live.Pass(300);
        live.SayHits(("hurried", 1));
        live.Pass(100);
        Assert.False(patient.Ended.IsCompleted);
        live.Pass(25);

        await LiveConnection.AssertEnds(patient, AttemptEnd.TimedOut);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_late_attempt_behind_a_patient_one_is_found()
    {
        var live = await LiveConnection.Start();
        var patient = live.Get("patient");
        var hurried = live.Get("hurried", TimeSpan.FromMilliseconds(100));

        live.Pass(100);

        await LiveConnection.AssertEnds(hurried, AttemptEnd.TimedOut);
        Assert.Equal(0, patient.Ends);
    }

    [Fact]
    public async Task An_abandoned_operation_still_proves_a_stall()
    {
        var live = await LiveConnection.Start();
        live.Get("a").TakeBack();

        live.Pass(500);

        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
    }

    [Fact]
    public async Task Silence_counts_from_the_first_operation_not_from_the_last_byte()
    {
        var live = await LiveConnection.Start();
        live.Pass(900);
        var operation = live.Get("a");

        live.Pass(450);
        Assert.False(operation.Ended.IsCompleted);
        live.SayHits(("a", 1));
        live.Pass(475);

        await LiveConnection.AssertAnswered(operation, "a");
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    // Ticks come late when our own process was frozen or starved: what waits in the socket is read before anyone is judged.
    [Fact]
    public async Task A_late_tick_gives_no_verdict_and_the_next_does()
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        var read = live.Get("read");
        var unread = live.Get("unread");
        live.Pass(100);

        time.Advance(TimeSpan.FromSeconds(5));
        Assert.False(live.Connection.Completion.IsCompleted);
        Assert.Equal((0, 0), (read.Ends, unread.Ends));
        live.SayHits(("read", 1));
        live.Pass(25);

        await LiveConnection.AssertAnswered(read, "read");
        await LiveConnection.AssertEnds(unread, AttemptEnd.TimedOut);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1_000)]
    public async Task Silence_counts_anew_after_a_late_tick(int seconds)
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        var unread = live.Get("a");
        time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.Equal(0, unread.Ends);

        live.Pass(450);
        await LiveConnection.AssertEnds(unread, AttemptEnd.TimedOut);
        Assert.Equal(SendOutcome.Accepted, live.TryGet());
        live.Pass(25);

        Assert.Equal("2 operations in flight and no byte for 475 ms", (await live.Closed).Detail);
    }

    // A starved pool starts a tick in each period, and lets them all run at the same moment later.
    [Fact]
    public async Task Ticks_that_were_held_up_together_are_one_late_tick()
    {
        var time = new HeldUpTime();
        var live = await LiveConnection.Start(time: time);
        var read = live.Get("read");
        time.HoldUp();
        live.Pass(6_000);
        time.LetGo();
        Assert.Equal(0, read.Ends);

        live.SayHits(("read", 1));
        live.Pass(475);

        await LiveConnection.AssertAnswered(read, "read");
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Under_lasting_starvation_every_tick_is_late_and_calls_end_all_the_same()
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        var unread = live.Get("a");
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(0, unread.Ends);

        time.Advance(TimeSpan.FromSeconds(5));

        await LiveConnection.AssertEnds(unread, AttemptEnd.TimedOut);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task Lasting_starvation_excuses_a_silent_server_for_half_a_minute()
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        live.Get("a");
        for (var late = 0; late <= 30; late += 5)
        {
            time.Advance(TimeSpan.FromSeconds(5));
            Assert.False(live.Connection.Completion.IsCompleted);
        }

        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_tick_that_is_only_a_little_late_judges()
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        var operation = live.Get("a", TimeSpan.FromMilliseconds(200));

        time.Advance(TimeSpan.FromMilliseconds(275));

        await LiveConnection.AssertEnds(operation, AttemptEnd.TimedOut);
    }

    // The pool of a starved process runs its timers and nothing else: verdicts wait, and so does what the server said before them.
    [Fact]
    public async Task However_long_a_verdict_waits_no_second_one_waits_behind_it()
    {
        var line = new Queue<IThreadPoolWorkItem>();
        var live = await LiveConnection.Start(line: line.Enqueue);
        live.Get("a");

        live.Pass(6_000);

        Assert.Single(line);
    }

    [Fact]
    public async Task While_a_verdict_waits_calls_end_in_their_time()
    {
        var line = new Queue<IThreadPoolWorkItem>();
        var live = await LiveConnection.Start(line: line.Enqueue);
        var unheard = live.Get("unheard");

        live.Pass(475);
        Assert.Equal(0, unheard.Ends);
        live.Pass(25);

        Assert.Single(line);
        await LiveConnection.AssertEnds(unheard, AttemptEnd.TimedOut);
    }

    [Fact]
    public async Task After_a_verdict_that_had_to_wait_silence_counts_anew()
    {
        var line = new Queue<IThreadPoolWorkItem>();
        var live = await LiveConnection.Start(line: line.Enqueue);
        live.Get("unheard");
        live.Pass(6_000);

        line.Dequeue().Execute();
        live.Pass(450);
        Assert.Empty(line);
        live.Pass(25);
        Assert.False(live.Connection.Completion.IsCompleted);
        line.Dequeue().Execute();

        Assert.Equal("1 operations in flight and no byte for 475 ms", (await live.Closed).Detail);
    }

    [Fact]
    public async Task Verdicts_that_wait_excuse_a_silent_server_for_half_a_minute()
    {
        var line = new Queue<IThreadPoolWorkItem>();
        var live = await LiveConnection.Start(line: line.Enqueue);
        live.Get("a");
        for (var late = 0; late <= 30; late += 6)
        {
            live.Pass(6_000);
            line.Dequeue().Execute();
            Assert.False(live.Connection.Completion.IsCompleted);
        }
        live.Pass(6_000);

        line.Dequeue().Execute();

        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_process_that_is_starved_again_and_again_suspects_nobody()
    {
        var line = new Queue<IThreadPoolWorkItem>();
        var live = await LiveConnection.Start(line: line.Enqueue);
        for (var i = 1; i <= 5; i++)
        {
            live.Get("a");
            live.Pass(6_000);
            line.Dequeue().Execute();
            live.SayHits(("a", i));
            live.Pass(100);
        }
        Assert.Empty(line);
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_resting_connection_finds_a_stall_as_soon_as_a_busy_one()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { IdleProbe = TimeSpan.FromHours(1) });
        live.Pass(2_000);
        var operation = live.Get("a");

        live.Pass(450);
        Assert.False(operation.Ended.IsCompleted);
        live.Pass(25);

        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
        await LiveConnection.AssertEnds(operation, AttemptEnd.Unanswered);
    }

    [Fact]
    public async Task A_resting_connection_wakes_again_and_again()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { IdleProbe = TimeSpan.FromHours(1) });
        for (var i = 1; i <= 10; i++)
        {
            live.Pass(1_500);
            var operation = live.Get("a", TimeSpan.FromMilliseconds(50));
            live.Pass(50);
            await LiveConnection.AssertEnds(operation, AttemptEnd.TimedOut);
            live.SayHits(("a", i));
        }
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_resting_connection_does_not_tick()
    {
        var time = new CoalescingTime();
        var live = await LiveConnection.Start(time: time);
        live.Pass(1_100);
        var ticks = time.Ticks;

        live.Pass(4_000);

        Assert.Equal(ticks, time.Ticks);
    }

    [Fact]
    public async Task A_quiet_server_is_asked_for_a_sign_of_health()
    {
        var live = await LiveConnection.Start();
        for (var i = 0; i < 3; i++)
        {
            live.Pass(4_900);
            Assert.False(live.Wire.TrySeeSend(out _));
            live.Pass(1_200);
            Assert.True(live.Wire.TrySeeSend(out var probe));
            Assert.Equal("mn\r\n", probe);
            live.Wire.Say("MN\r\n");
        }
        Assert.False(live.Connection.Completion.IsCompleted);
    }

    [Fact]
    public async Task A_quiet_server_that_gives_no_sign_is_stalled()
    {
        var live = await LiveConnection.Start();

        live.Pass(7_000);

        Assert.Equal(CloseReason.Stalled, (await live.Closed).Reason);
    }

    [Fact]
    public async Task A_busy_server_is_not_asked()
    {
        var live = await LiveConnection.Start(new ConnectionOptions { IdleProbe = TimeSpan.FromMilliseconds(300) });
        for (var i = 1; i <= 50; i++)
        {
            live.Get("a");
            live.SayHits(("a", i));
            live.Pass(200);
        }
        Assert.Equal(1, live.Wire.Sent.Split("mn\r\n").Length - 1);
    }

    /// <summary>A clock whose timers can be held up: they are due all the same, and run one after the other once they may.</summary>
    private sealed class HeldUpTime : FakeTimeProvider
    {
        private Queue<Action>? _heldUp;

        public void HoldUp() => _heldUp = new Queue<Action>();

        public void LetGo()
        {
            var late = _heldUp!;
            _heldUp = null;
            while (late.TryDequeue(out var callback)) callback();
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
            s =>
            {
                if (_heldUp is { } late) late.Enqueue(() => callback(s));
                else callback(s);
            },
            state, dueTime, period);
    }

    /// <summary>A clock whose timers, like the system's, fire once after a freeze, not once for every period slept through.</summary>
    private sealed class CoalescingTime : FakeTimeProvider
    {
        public int Ticks { get; private set; }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var last = long.MinValue;
            return base.CreateTimer(
                s =>
                {
                    if (GetTimestamp() == last) return;
                    last = GetTimestamp();
                    Ticks++;
                    callback(s);
                },
                state, dueTime, period);
        }
    }
}
