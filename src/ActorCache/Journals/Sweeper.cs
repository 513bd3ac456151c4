using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Decides which server to sweep when: one that serves and holds stale copies, or one that waits at the gate and whose time has come. Not
/// before a connection has settled: what was written to the one before it may still be carried out. Driven by whoever ticks it.
/// </summary>
internal sealed class Sweeper(Journal journal, Dispatcher clock, TimeProvider time, Action<ServerRoute, SweepEnd> ended)
{
    private readonly Dictionary<int, Sweep> _running = [];
    private readonly Dictionary<int, IServerConnection> _refused = [];
    private long _tidied;

    /// <summary>Begins what is due. Ends come through the callback, on any thread, and are to be given back to <see cref="End"/>.</summary>
    public void Tick(RouteTable table)
    {
        if (journal.IsQuiet && !table.NeedsReview) return;
        if (table.IsWhole || table.Version != _tidied) journal.Tidy(table);
        _tidied = table.Version;

        var now = Moment.Of(time).Elapsed;
        foreach (var server in table.Servers)
        {
            if (server.Live is not { } connection || _running.ContainsKey(server.Id) || !server.History.IsSettled(now)) continue;
            if (_refused.TryGetValue(server.Id, out var refused) && refused == connection) continue;
            var atGate = server.Health.State == ServerState.Quarantined;
            var isDue = atGate ? !server.History.IsSwept && server.History.GateOpensAt <= now : journal.HasWorkAt(server.Id);
            if (!isDue) continue;

            var sweep = new Sweep(journal, clock, server.Id, connection, end => ended(server, end));
            _running.Add(server.Id, sweep);
            sweep.Begin();
        }
    }

    /// <summary>A sweep has ended.</summary>
    public void End(ServerRoute server, SweepEnd end)
    {
        _running.Remove(server.Id);
        if (end == SweepEnd.FlushRefused) _refused[server.Id] = server.Live!;
        else _refused.Remove(server.Id);
    }
}
