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

    /// <summary>How many milliseconds after a time stamp it was heard that a server is lost: suspect, or off the ring at once because it flaps.</summary>
    public double? LostAfter(long timestamp, string server) => FirstAfter(timestamp, server, happened => happened is ServerEvent.Suspected or ServerEvent.Ejected);

    /// <summary>How many milliseconds after a time stamp it was heard that a server is off the ring.</summary>
    public double? EjectedAfter(long timestamp, string server) => FirstAfter(timestamp, server, happened => happened is ServerEvent.Ejected);

    /// <summary>How many milliseconds after a time stamp the first of these was heard; null: not yet.</summary>
    private double? FirstAfter(long timestamp, string server, Func<ServerEvent, bool> which) => Since(timestamp)
        .Where(entry => entry.Event.Server == server && which(entry.Event))
        .Select(entry => (double?)Stopwatch.GetElapsedTime(timestamp, entry.At).TotalMilliseconds)
        .FirstOrDefault();

    /// <summary>What was heard since a time stamp, for a verdict.</summary>
    public string Tell(long timestamp) => string.Join(", ", Since(timestamp).Select(entry => $"{entry.Event.GetType().Name} {entry.Event.Server} at {Stopwatch.GetElapsedTime(timestamp, entry.At).TotalMilliseconds:0}"));

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
