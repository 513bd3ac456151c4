namespace ActorCache.EndToEnd.Tests;

/// <summary>
/// Everything a cache has announced since the log was begun. Tests wait on it instead of on time: for an event, or until the cache is in
/// a state, which is looked at again after every event.
/// </summary>
internal sealed class EventLog
{
    private readonly Lock _gate = new();
    private readonly IActorCacheMonitor _monitor;
    private readonly List<ServerEvent> _events = [];
    private readonly Dictionary<(Type, string?), int> _read = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _over;

    public EventLog(IActorCacheMonitor monitor)
    {
        _monitor = monitor;
        var events = monitor.WatchAsync();
        Ended = KeepAsync(events);
    }

    /// <summary>Completes when the cache announces nothing any more.</summary>
    public Task Ended { get; }

    /// <summary>What was announced so far.</summary>
    public IReadOnlyList<ServerEvent> Events
    {
        get
        {
            lock (_gate) return [.. _events];
        }
    }

    /// <summary>The next event of this type, about this server if one is named, that no earlier call has returned.</summary>
    public async Task<T> Next<T>(string? server = null) where T : ServerEvent
    {
        while (true)
        {
            Task more;
            lock (_gate)
            {
                var from = _read.GetValueOrDefault((typeof(T), server));
                var index = _events.FindIndex(from, happened => happened is T && (server is null || happened.Server == server));
                if (index >= 0)
                {
                    _read[(typeof(T), server)] = index + 1;
                    return (T)_events[index];
                }
                more = More($"{typeof(T).Name} of {server ?? "any server"}");
            }
            await WaitFor(more, $"{typeof(T).Name} of {server ?? "any server"}");
        }
    }

    /// <summary>Completes when the cache is as asked.</summary>
    public async Task Until(Func<CacheSnapshot, bool> condition)
    {
        while (true)
        {
            Task more;
            lock (_gate) more = More("a state");
            // Tables are published before they are announced: what is not seen here is announced later.
            if (condition(_monitor.Current)) return;
            await WaitFor(more, "a state");
        }
    }

    /// <summary>Completes when this server is in this state.</summary>
    public Task Until(string server, ServerState state) => Until(now => now.Servers.Single(s => s.Name == server).State == state);

    /// <summary>Completes when every server serves.</summary>
    public Task UntilAllServe() => Until(now => now.Servers.All(server => server.State == ServerState.Up));

    private Task More(string what) => _over ? throw new InvalidOperationException($"The cache ended before {what} came. {Story()}") : _more.Task;

    private async Task WaitFor(Task more, string what)
    {
        try
        {
            await more.Patiently();
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"{what} did not come. {Story()}");
        }
    }

    private string Story() => $"Events: {string.Join("; ", Events)}.";

    private async Task KeepAsync(IAsyncEnumerable<ServerEvent> events)
    {
        await foreach (var happened in events)
        {
            lock (_gate)
            {
                _events.Add(happened);
                Wake();
            }
        }
        lock (_gate)
        {
            _over = true;
            Wake();
        }
    }

    private void Wake()
    {
        _more.SetResult();
        _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
