using System.Collections.Concurrent;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>What became of the gets of many callers, of one server that stamps every value with its key.</summary>
internal sealed record Tally(long Hits, long Unanswered, IReadOnlyList<string> Wrong)
{
    /// <summary>
    /// Callers in a closed loop until each has so many hits; whoever finds no server waits for it. Every hit is checked to be of the key
    /// that was asked for.
    /// </summary>
    public static async Task<Tally> OfGetsAsync(OneCache cache, int callers, int each)
    {
        long hits = 0, unanswered = 0;
        var wrong = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < each;)
            {
                var key = $"caller{caller}:{n % 100}";
                var read = await cache.Cache.GetAsync<string>(key);
                if (!read.IsHit)
                {
                    if (read.Outcome == CacheOutcome.Miss) wrong.Enqueue($"{key}: a miss, which nobody said");
                    Interlocked.Increment(ref unanswered);
                    // What the router has not heard of yet still stands in its table.
                    await Task.Yield();
                    await cache.Log.UntilAllServe();
                    continue;
                }
                n++;
                Interlocked.Increment(ref hits);
                if (!read.Value!.StartsWith(key + "|", StringComparison.Ordinal)) wrong.Enqueue($"{key} got {read.Value}");
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
        return new Tally(hits, unanswered, [.. wrong]);
    }
}
