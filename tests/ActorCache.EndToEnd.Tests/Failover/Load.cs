using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorCache.EndToEnd.Tests.Failover;

/// <summary>
/// Callers in a closed loop of gets and sets, single and many, whose values prove their keys, while servers suffer; some give up. It ends
/// when the test says so, and then tells what became of the calls.
/// </summary>
internal sealed class Load
{
    private readonly IActorCache _cache;
    private readonly IReadOnlyList<string> _keys;
    private readonly Task[] _callers;
    private readonly ConcurrentQueue<string> _failed = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly Lock _gate = new();
    private readonly List<(long At, TaskCompletionSource Reached)> _marks = [];
    private long _calls;
    private long _hits;
    private long _longest;
    private volatile bool _stopping;

    private Load(IActorCache cache, IReadOnlyList<string> keys, int callers)
    {
        _cache = cache;
        _keys = keys;
        _callers = [.. Enumerable.Range(0, callers).Select(caller => Task.Run(() => CallAsync(new Random(caller))))];
    }

    /// <summary>Starts calling, and completes when every key has been called for a few times.</summary>
    public static async Task<Load> StartAsync(IActorCache cache, IReadOnlyList<string> keys, int callers)
    {
        var load = new Load(cache, keys, callers);
        await load.Calls(10 * keys.Count);
        return load;
    }

    /// <summary>Completes when so many more calls have ended.</summary>
    public Task Calls(int more)
    {
        lock (_gate)
        {
            var mark = (Volatile.Read(ref _calls) + more, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            _marks.Add(mark);
            return mark.Item2.Task.Patiently();
        }
    }

    /// <summary>Lets the calls under way end, and reports.</summary>
    public async Task<Report> StopAsync()
    {
        _stopping = true;
        await Task.WhenAll(_callers).Patiently();
        return new Report(_calls, _hits, [.. _failed], [.. _wrong], Stopwatch.GetElapsedTime(0, _longest));
    }

    private async Task CallAsync(Random random)
    {
        for (var number = 0; !_stopping; number++)
        {
            var key = _keys[random.Next(_keys.Count)];
            var begun = Stopwatch.GetTimestamp();
            using var impatience = random.Next(20) == 0 ? new CancellationTokenSource() : null;
            var ct = impatience?.Token ?? default;
            try
            {
                switch (random.Next(10))
                {
                    case 0:
                        var reads = _cache.GetManyAsync<string>(Some(random), ct).AsTask();
                        foreach (var (one, read) in await OrNot(reads, impatience)) Read(one, read);
                        break;
                    case 1:
                        var stores = _cache.SetManyAsync(Some(random).Select(one => KeyValuePair.Create(one, Proof(one, number, random))), ct: ct).AsTask();
                        foreach (var stored in (await OrNot(stores, impatience)).Values) Stored(stored);
                        break;
                    case < 5:
                        Stored(await OrNot(_cache.SetAsync(key, Proof(key, number, random), ct: ct).AsTask(), impatience));
                        break;
                    default:
                        Read(key, await OrNot(_cache.GetAsync<string>(key, ct).AsTask(), impatience));
                        break;
                }
            }
            catch (OperationCanceledException e) when (impatience is not null && e.CancellationToken == ct)
            {
                // It gave up by itself.
            }
            Ended(Stopwatch.GetTimestamp() - begun);
            // The pace of the load, on which no test waits. The chaos program is where callers never rest; here a busy machine is not what is tested.
            await Task.Delay(random.Next(1, 10));
        }
    }

    // One caller in twenty gives up while his call is under way.
    private static Task<T> OrNot<T>(Task<T> call, CancellationTokenSource? impatience)
    {
        impatience?.Cancel();
        return call;
    }

    // Most are small; some are larger than what a socket takes at once.
    private static string Proof(string key, int number, Random random) =>
        $"{key}|{number}|{new string('x', random.Next(100) == 0 ? 200_000 : random.Next(500))}";

    private IEnumerable<string> Some(Random random) => Enumerable.Range(0, 1 + random.Next(20)).Select(_ => _keys[random.Next(_keys.Count)]);

    private void Stored(StoreResult stored)
    {
        if (!stored.IsStored) _failed.Enqueue($"set: {stored}");
    }

    private void Read(string key, CacheResult<string> read)
    {
        if (read.IsHit)
        {
            Interlocked.Increment(ref _hits);
            if (!read.Value.StartsWith(key + "|", StringComparison.Ordinal)) _wrong.Enqueue($"{key} got {read.Value}");
        }
        else if (read.Outcome != CacheOutcome.Miss)
        {
            _failed.Enqueue($"get: {read}");
        }
    }

    private void Ended(long took)
    {
        var calls = Interlocked.Increment(ref _calls);
        for (var longest = Volatile.Read(ref _longest); took > longest; longest = Volatile.Read(ref _longest))
            Interlocked.CompareExchange(ref _longest, took, longest);
        lock (_gate)
        {
            foreach (var (_, reached) in _marks.Where(mark => mark.At <= calls)) reached.TrySetResult();
            _marks.RemoveAll(mark => mark.At <= calls);
        }
    }

    /// <summary>What became of the calls.</summary>
    /// <param name="Calls">How many ended.</param>
    /// <param name="Hits">How many found a value.</param>
    /// <param name="Failed">Those without an answer.</param>
    /// <param name="Wrong">Those with another key's value.</param>
    /// <param name="Longest">The one that took longest.</param>
    internal sealed record Report(long Calls, long Hits, IReadOnlyList<string> Failed, IReadOnlyList<string> Wrong, TimeSpan Longest)
    {
        /// <summary>Every call was answered, and none with another key's value.</summary>
        public void IsFlawless()
        {
            Assert.Equal([], Wrong.Take(5));
            Assert.Equal([], Failed.Take(5));
            Assert.NotEqual(0, Hits);
        }
    }
}
