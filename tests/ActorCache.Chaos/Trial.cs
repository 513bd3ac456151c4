using System.Collections.Concurrent;
using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>
/// One run of one scenario: what it has started (and must leave behind nothing of), what the oracle has counted, the times it has
/// measured, and the bars it has missed.
/// </summary>
internal sealed class Trial(string name, bool full, int seed, HeartBeat heart, CancellationToken stop) : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _belongings = [];
    private readonly ConcurrentQueue<string> _missed = [];

    public string Name { get; } = name;

    public bool Full { get; } = full;

    /// <summary>Everything random in this row comes from here.</summary>
    public Random Dice { get; } = new(HashCode.Combine(seed, 7919 * Text.Sum(name)));

    public HeartBeat Heart { get; } = heart;

    public Ledger Ledger { get; } = new(heart);

    public CancellationToken Stop { get; } = stop;

    public double? EjectMs { get; set; }

    public double? RerouteMs { get; set; }

    public double? RejoinMs { get; set; }

    /// <summary>What the bars are measured at in this row, for the reader of the table.</summary>
    public string Note { get; set; } = "";

    /// <summary>Calls without an answer belong to this fault: they are counted, and no bar by themselves.</summary>
    public bool FailuresExpected { get; set; }

    /// <summary>The point of the row is that stale values are seen: there must be some.</summary>
    public bool StaleExpected { get; set; }

    public IReadOnlyCollection<string> Missed => _missed;

    /// <summary>A bar of this row: cleared, or missed, and by how much. Any thread may say so.</summary>
    public void Bar(bool cleared, string otherwise)
    {
        if (!cleared) _missed.Enqueue(otherwise);
    }

    /// <summary>Takes over what was started, to end it with the row, last first.</summary>
    public T Own<T>(T thing)
    {
        _belongings.Push(thing as IAsyncDisposable ?? new Synchronous((IDisposable)(object)thing!));
        return thing;
    }

    public Task<ChaosCache> StartCacheAsync(IEnumerable<string> servers, Action<ActorCacheOptions>? configure = null) =>
        ChaosCache.StartAsync(this, [.. servers], configure);

    /// <summary>Lets time pass.</summary>
    public Task Pause(double milliseconds) => Pause(milliseconds, Stop);

    /// <summary>Lets time pass, whether the row was stopped or not.</summary>
    public async Task Pause(double milliseconds, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)));
        await timer.WaitForNextTickAsync(stop);
    }

    /// <summary>Waits until something is so; false when it is not after the patience.</summary>
    public async Task<bool> Until(Func<bool> condition, double patienceMs = 10_000)
    {
        var since = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(since).TotalMilliseconds > patienceMs) return false;
            await Pause(2);
        }
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        while (_belongings.TryPop(out var thing))
        {
            try
            {
                await thing.DisposeAsync();
            }
            catch (Exception e)
            {
                Bar(false, $"ending the row failed: {e.GetType().Name}: {e.Message}");
            }
        }
    }

    private sealed class Synchronous(IDisposable thing) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            thing.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
