using System.Collections.Concurrent;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>A cache over one scripted server, so that what the server says badly has nowhere else to go: it shows in the call's outcome.</summary>
internal sealed class OneScripted : IAsyncDisposable
{
    private readonly OneCache _cache;

    private OneScripted(ScriptedServer server, OneCache cache) => (Server, _cache) = (server, cache);

    public ScriptedServer Server { get; }

    public IActorCache Cache => _cache.Cache;

    public EventLog Log => _cache.Log;

    public static async Task<OneScripted> StartAsync(Action<ActorCacheOptions>? configure = null)
    {
        var server = ScriptedServer.Start();
        return new OneScripted(server, await OneCache.StartAsync(server.Address, options =>
        {
            // A server that is only suspect serves again as soon as it is reached: spoiled connections are replaced at once.
            options.ServerMaxRetry = 1_000_000;
            options.RetryDelay = TimeSpan.FromMilliseconds(1);
            options.MaxRetryDelay = TimeSpan.FromMilliseconds(5);
            options.ReadTimeout = TimeSpan.FromSeconds(1);
            configure?.Invoke(options);
        }));
    }

    /// <summary>
    /// Callers in a closed loop until each has so many hits; whoever finds no server waits for it. Every hit is checked to be of the key
    /// that was asked for.
    /// </summary>
    public async Task<Tally> GetAsync(int callers, int each)
    {
        long hits = 0, unanswered = 0;
        var wrong = new ConcurrentQueue<string>();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            for (var n = 0; n < each;)
            {
                var key = $"caller{caller}:{n % 100}";
                var read = await Cache.GetAsync<string>(key);
                if (!read.IsHit)
                {
                    if (read.Outcome == CacheOutcome.Miss) wrong.Enqueue($"{key}: a miss, which nobody said");
                    Interlocked.Increment(ref unanswered);
                    // What the router has not heard of yet still stands in its table.
                    await Task.Yield();
                    await Log.UntilAllServe();
                    continue;
                }
                n++;
                Interlocked.Increment(ref hits);
                if (!read.Value!.StartsWith(key + "|", StringComparison.Ordinal)) wrong.Enqueue($"{key} got {read.Value}");
            }
        }))).WaitAsync(TimeSpan.FromMinutes(2));
        return new Tally(hits, unanswered, [.. wrong]);
    }

    public async ValueTask DisposeAsync()
    {
        await _cache.DisposeAsync();
        Server.Dispose();
    }
}

/// <summary>What became of the gets of all callers.</summary>
internal sealed record Tally(long Hits, long Unanswered, IReadOnlyList<string> Wrong);
