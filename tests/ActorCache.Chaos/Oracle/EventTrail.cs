using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>What the cache said about its servers, and when it was heard here.</summary>
internal sealed class EventTrail : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<(long At, ServerEvent Event)> _events = [];
    private readonly CancellationTokenSource _end = new();

    public EventTrail(IActorCacheMonitor monitor) => _ = ListenAsync(monitor.WatchAsync(_end.Token));

    /// <summary>Those heard since a time stamp.</summary>
    public IReadOnlyList<(long At, ServerEvent Event)> Since(long timestamp = 0)
    {
        lock (_gate) return [.. _events.Where(entry => entry.At >= timestamp)];
    }

    public int Count<T>(string? server = null, long since = 0) where T : ServerEvent =>
        Since(since).Count(entry => entry.Event is T && (server is null || entry.Event.Server == server));

    /// <summary>How many milliseconds after a time stamp the first of these was heard; null: not yet.</summary>
    public double? FirstAfter(long timestamp, string server, Func<ServerEvent, bool> which) => Since(timestamp)
        .Where(entry => entry.Event.Server == server && which(entry.Event))
        .Select(entry => (double?)Stopwatch.GetElapsedTime(timestamp, entry.At).TotalMilliseconds)
        .FirstOrDefault();

    public void Dispose()
    {
        _end.Cancel();
        _end.Dispose();
    }

    private async Task ListenAsync(IAsyncEnumerable<ServerEvent> events)
    {
        try
        {
            await foreach (var happened in events)
            {
                lock (_gate) _events.Add((Stopwatch.GetTimestamp(), happened));
            }
        }
        catch (OperationCanceledException)
        {
            // The row is over.
        }
    }
}
