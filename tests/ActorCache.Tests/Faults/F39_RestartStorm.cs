using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging.Abstractions;

namespace ActorCache.Tests.Faults;

/// <summary>F39: a connection actor fails as soon as it has begun, again and again.</summary>
public class F39_RestartStorm() : ActorTest
{
    // Pauses of 20, 40, ... 640 ms; jitter may make each a third shorter, and a tenth is for timers that tick coarsely.
    private static readonly TimeSpan SixPauses = 0.9 * 2 / 3 * TimeSpan.FromMilliseconds(20 + 40 + 80 + 160 + 320 + 640);

    [Theory]
    [InlineData("the dial throws")]
    [InlineData("the dial fails as nobody foresaw")]
    [InlineData("the connection ends at once")]
    public async Task Restarts_keep_the_pauses_and_every_call_is_answered_at_once_without_a_dead_letter(string how)
    {
        var lost = CreateTestProbe();
        Sys.EventStream.Subscribe(lost, typeof(DeadLetter));
        Sys.EventStream.Subscribe(lost, typeof(UnhandledMessage));
        var connector = new FakeConnector
        {
            Answers = dial =>
            {
                if (how == "the dial throws") throw new InvalidTimeZoneException("odd");
                if (how == "the dial fails as nobody foresaw") dial.Fail(new InvalidTimeZoneException("odd"));
                else dial.Accept().Die(Transport.AttemptEnd.Unanswered, Transport.CloseReason.Faulted);
            },
        };
        var dials = 0;
        var answers = connector.Answers;
        var seventh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        connector.Answers = dial =>
        {
            if (Interlocked.Increment(ref dials) == 7) seventh.TrySetResult();
            answers(dial);
        };
        var begun = Stopwatch.GetTimestamp();
        var cache = ActorCacheExtension.For(Sys).GetOrStart(ActorCacheExtension.DefaultName, () => new ActorCacheOptions
        {
            Servers = ["a"],
            RetryDelay = TimeSpan.FromMilliseconds(20),
            MaxRetryDelay = TimeSpan.FromSeconds(30),
        }, NullLoggerFactory.Instance, TimeProvider.System, connector);
        var gateway = await cache.Gateway.Soon();

        var asked = 0;
        while (!seventh.Task.IsCompleted)
        {
            var asks = Enumerable.Range(0, 50).Select(n => gateway.Ask<GetReply>(new CacheProtocol.Get($"key:{n}"), Patience.Limit)).ToList();
            foreach (var ask in asks) Assert.Equal(CacheOutcome.Unavailable, Assert.IsType<GetReply.Unavailable>(await ask.Soon()).Outcome);
            var stored = await cache.Client.SetAsync("key", "value").Soon();
            Assert.Equal((CacheOutcome.Unavailable, false), (stored.Outcome, stored.MayHaveBeenApplied));
            asked += asks.Count;
        }
        Assert.InRange(Stopwatch.GetElapsedTime(begun), SixPauses, Patience.Limit);
        Assert.InRange(asked, 50, int.MaxValue);
        await lost.ExpectNoMsgAsync(TimeSpan.Zero);
    }
}
