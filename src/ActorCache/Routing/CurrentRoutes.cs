namespace ActorCache;

/// <summary>The one cell that the control plane and the data plane share. The router is its only writer; shutdown empties it.</summary>
internal sealed class CurrentRoutes
{
    private readonly string _cache;
    private readonly Journal _journal;
    private RouteTable? _table;

    public CurrentRoutes(string cache, RouteTable first, Journal journal)
    {
        (_cache, _journal, _table) = (cache, journal, first);
        journal.OnTable(first);
    }

    /// <summary>The newest table.</summary>
    /// <exception cref="ObjectDisposedException">The cache has been shut down.</exception>
    public RouteTable Table => Volatile.Read(ref _table) ?? throw new ObjectDisposedException($"ActorCache \"{_cache}\"", "The cache has been shut down.");

    /// <summary>The newest table, or null after shutdown: for calls that began before it.</summary>
    public RouteTable? TableOrNull => Volatile.Read(ref _table);

    /// <summary>Only the router calls this. Nothing is published after shutdown.</summary>
    public void Publish(RouteTable table)
    {
        // Before anyone can write by the new ring, it is known who has owned keys until now.
        _journal.OnTable(table);
        var current = Volatile.Read(ref _table);
        if (current is not null) Interlocked.CompareExchange(ref _table, table, current);
    }

    /// <summary>Empties the cell; returns the last table, the first time.</summary>
    public RouteTable? Close() => Interlocked.Exchange(ref _table, null);
}
