using System.Globalization;

namespace ActorCache.Chaos;

/// <summary>
/// Callers of lying servers: any answer may be missing, none may be another key's. Calls go on until there were so many.
/// </summary>
internal static class LiarCallers
{
    /// <summary>Completes when all calls have ended.</summary>
    public static async Task RunAsync(Trial trial, ChaosCache cache, long calls, int callers = 64, double cancelled = 0, double sets = 0.2)
    {
        var left = calls;
        var seeds = Enumerable.Range(0, callers).Select(_ => trial.Dice.Next()).ToArray();
        await Task.WhenAll(seeds.Select(seed => Task.Run(() => CallAsync(new Random(seed)))));

        async Task CallAsync(Random random)
        {
            while (Interlocked.Decrement(ref left) >= 0 && !trial.Stop.IsCancellationRequested)
            {
                var key = $"key:{random.Next(5000)}";
                using var impatience = random.NextDouble() < cancelled ? new CancellationTokenSource() : null;
                impatience?.CancelAfter(random.Next(0, 20));
                if (await CallOnceAsync(trial, cache, key, random.NextDouble() < sets, impatience?.Token ?? default)) await Task.Yield();
                // With nobody left to ask, answers come at once: a caller that asks on at that pace tests nothing.
                else await trial.Pause(3);
            }
        }
    }

    // False: there was no answer.
    private static async Task<bool> CallOnceAsync(Trial trial, ChaosCache cache, string key, bool set, CancellationToken ct)
    {
        var begun = trial.Ledger.Begin();
        var gaveUp = begun;
        await using var stamp = ct.CanBeCanceled ? ct.UnsafeRegister(_ => gaveUp = trial.Ledger.Now(), null) : default;
        try
        {
            if (set)
            {
                var stored = await cache.Inner.SetAsync(key, $"{key}|0", ct: ct);
                trial.Ledger.Ended(begun, cache.Budget, stored.Outcome);
                return stored.IsStored;
            }
            var read = await cache.Inner.GetAsync<string>(key, ct);
            trial.Ledger.Ended(begun, cache.Budget, read.Outcome);
            if (read.IsHit) trial.Ledger.Judged(IsOf(key, read.Value) ? Judgement.Right : Judgement.Wrong, $"{key} got {read.Value} from {read.Server}");
            return read.Outcome is CacheOutcome.Hit or CacheOutcome.Miss;
        }
        catch (OperationCanceledException e) when (ct.IsCancellationRequested && e.CancellationToken == ct)
        {
            trial.Ledger.GaveUp(begun, cache.Budget);
            trial.Ledger.Detached.Add(trial.Ledger.Took(gaveUp));
            return true;
        }
        catch (Exception e)
        {
            trial.Ledger.Ended(begun, cache.Budget, e);
            return false;
        }
    }

    // KEY|SEQ, whole.
    private static bool IsOf(string key, string value) => value.StartsWith(key, StringComparison.Ordinal) && value.Length > key.Length + 1
        && value[key.Length] == '|' && long.TryParse(value.AsSpan(key.Length + 1).TrimEnd('.'), NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
