using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>
/// Callers in a closed loop of gets, sets and deletes over tracked keys, while servers suffer. They note when a struck server's keys are
/// answered again, and how long calls take, phase by phase.
/// </summary>
internal sealed class Callers : IAsyncDisposable
{
    private readonly Trial _trial;
    private readonly ChaosCache _cache;
    private readonly TrackedKey[] _keys;
    private readonly Mix _mix;
    private readonly Task[] _callers;
    private Phase _phase = new(null);
    private volatile bool _stopping;

    private Callers(Trial trial, ChaosCache cache, TrackedKey[] keys, int callers, Mix mix)
    {
        (_trial, _cache, _keys, _mix) = (trial, cache, keys, mix);
        var seeds = Enumerable.Range(0, callers).Select(_ => trial.Dice.Next()).ToArray();
        _callers = [.. seeds.Select(seed => Task.Run(() => CallAsync(new Random(seed))))];
    }

    /// <summary>Starts them; they stop when disposed of, or with <see cref="StopAsync"/>.</summary>
    public static Callers Start(Trial trial, ChaosCache cache, TrackedKey[] keys, int callers = 64, Mix? mix = null) =>
        trial.Own(new Callers(trial, cache, keys, callers, mix ?? new Mix()));

    /// <summary>Begins to measure anew, with an eye on the keys of one server. Returns what it will have measured when the next phase begins.</summary>
    public Phase Begin(string? struck = null) => _phase = new Phase(struck);

    /// <summary>Lets the calls under way end.</summary>
    public async Task StopAsync()
    {
        _stopping = true;
        await Task.WhenAll(_callers);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task CallAsync(Random random)
    {
        using var pace = _mix.PauseMs > 0 ? new PeriodicTimer(TimeSpan.FromMilliseconds(_mix.PauseMs)) : null;
        while (!_stopping && !_cache.IsStopped && !_trial.Stop.IsCancellationRequested)
        {
            var key = _keys[random.Next(_keys.Length)];
            var phase = _phase;
            var begun = _trial.Ledger.Now();
            using var impatience = random.NextDouble() < _mix.Cancelled ? new CancellationTokenSource() : null;
            if (impatience is not null) GiveUp(impatience, random);
            var ct = impatience?.Token ?? default;

            var dice = random.NextDouble();
            if (dice < _mix.Many)
            {
                await _cache.GetManyAsync([.. Enumerable.Range(0, 8).Select(_ => _keys[random.Next(_keys.Length)]).Distinct()]);
            }
            else if (dice < _mix.Many + _mix.Deletes)
            {
                await _cache.DeleteAsync(key, ct);
            }
            else if (dice < _mix.Many + _mix.Deletes + _mix.Sets)
            {
                var length = random.Next(1000) == 0 ? _mix.Largest : random.Next(_mix.Usual);
                var stored = await _cache.SetAsync(key, length, ct);
                phase.Answered(key, stored.IsStored ? stored.Server : null, _trial.Ledger.Took(begun));
            }
            else
            {
                var read = await _cache.GetAsync(key, ct);
                phase.Answered(key, read.Outcome is CacheOutcome.Hit or CacheOutcome.Miss ? read.Server : null, _trial.Ledger.Took(begun));
            }
            if (pace is not null) await pace.WaitForNextTickAsync();
            // An answer that is there at once must not keep the thread to itself.
            else await Task.Yield();
        }
    }

    private static void GiveUp(CancellationTokenSource impatience, Random random)
    {
        if (random.Next(4) == 0) impatience.Cancel();
        else impatience.CancelAfter(random.Next(1, 20));
    }
}
