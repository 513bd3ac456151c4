using System.Diagnostics;
using ActorCache;

namespace FailoverDemo;

/// <summary>
/// Concurrent callers, each with one call under way at a time: gets and sets of random keys until told to stop. It counts what they see
/// and breaks nothing.
/// </summary>
internal sealed class Workload(
    IActorCache cache, DemoKey[] keys, Scoreboard scores, FaultLedger faults, EventLog log, bool paced, TimeSpan longestCall)
{
    private const int PercentGets = 80;

    // About: where timers go by the kernel's coarse clock, as .NET's do on Linux, it is up to four.
    private const int PauseMilliseconds = 1;

    private readonly long _longestCall = (long)(longestCall.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Runs until stopped, and then waits for the last calls, but no longer than any call may take.</summary>
    /// <param name="stop">The end of the run.</param>
    /// <param name="interrupt">
    /// Ctrl+C. A terminal sends it to the whole process group, the memcached processes included: how calls end from then on says nothing.
    /// </param>
    public async Task RunAsync(CancellationToken stop, CancellationToken interrupt)
    {
        var callers = Task.WhenAll(scores.Callers.Select((score, caller) =>
            Task.Run(() => CallAsync(caller, score, stop, interrupt), CancellationToken.None)));
        try
        {
            await callers.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAny(callers, Task.Delay(longestCall, CancellationToken.None));
        }
    }

    private async Task CallAsync(int caller, CallerScore score, CancellationToken stop, CancellationToken interrupt)
    {
        var random = new Random(caller);
        var value = new byte[ProvenValue.Length];
        for (var sequence = (ulong)caller << 48; !stop.IsCancellationRequested; sequence++)
        {
            var key = keys[random.Next(keys.Length)];
            var isGet = random.Next(100) < PercentGets;
            if (!isGet) ProvenValue.Write(value, key.Name, sequence);

            score.Begin();
            var (outcome, proven, server) = isGet ? await GetAsync(key.Name) : await SetAsync(key.Name, value);
            if (interrupt.IsCancellationRequested)
            {
                score.Forget();
                return;
            }
            score.End(outcome, proven, _longestCall);

            var answered = outcome is CacheOutcome.Hit or CacheOutcome.Miss or CacheOutcome.Stored;
            if (answered) faults.OnAnswer(key.Owner, server);
            // A call that fails may do so without ever giving up its thread: unpaced callers must not turn an outage into a busy loop.
            if (paced || !answered) await Task.Delay(PauseMilliseconds, CancellationToken.None);
        }
    }

    private async ValueTask<(CacheOutcome Outcome, bool Proven, string? Server)> GetAsync(string key)
    {
        try
        {
            var result = await cache.GetAsync<byte[]>(key);
            return (result.Outcome, result.IsHit && ProvenValue.Proves(result.Value, key), result.Server);
        }
        catch (Exception e)
        {
            return Threw(e);
        }
    }

    private async ValueTask<(CacheOutcome Outcome, bool Proven, string? Server)> SetAsync(string key, byte[] value)
    {
        try
        {
            var result = await cache.SetAsync(key, value);
            return (result.Outcome, false, result.Server);
        }
        catch (Exception e)
        {
            return Threw(e);
        }
    }

    // No server's trouble may surface as an exception. If one does, it counts as failed, and the caller goes on.
    private (CacheOutcome Outcome, bool Proven, string? Server) Threw(Exception e)
    {
        log.Add("caller", $"a call threw {e.GetType().Name}: {e.Message}");
        return (CacheOutcome.Unavailable, false, null);
    }
}
