using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Decides which server to sweep when: one that serves and holds stale copies, or one that waits at the gate and whose time has come. Not
/// before it has settled: what was written to an earlier connection may still be carried out. Driven by whoever ticks it.
/// </summary>
internal sealed class Sweeper(Journal journal, Dispatcher clock, TimeSpan settling, Action<ServerRoute, SweepEnd> ended)
{
    private readonly Dictionary<int, Settling> _settling = [];
    private readonly HashSet<int> _sweeping = [];
    private readonly Dictionary<int, IServerConnection> _refused = [];
    private long _tidied;

    /// <summary>Begins what is due. Ends come through the callback, on any thread, and are to be given back to <see cref="End"/>.</summary>
    public void Tick(RouteTable table)
    {
        if (table.IsSettling) Settle(table);
        if (journal.IsQuiet && !table.NeedsReview) return;
        if (table.IsWhole || table.Version != _tidied) journal.Tidy(table);
        _tidied = table.Version;

        foreach (var server in table.Servers)
        {
            if (server is not { Live: { } connection, History.IsSettled: true } || _sweeping.Contains(server.Id)) continue;
            if (_refused.TryGetValue(server.Id, out var refused) && refused == connection) continue;
            if (!(server.Health.State == ServerState.Quarantined ? IsDue(server) : journal.HasWorkAt(server.Id))) continue;
            _sweeping.Add(server.Id);
            new Sweep(journal, clock, server.Id, connection, end => ended(server, end)).Begin();
        }
    }

    /// <summary>A sweep, or the waiting before it, has ended.</summary>
    public void End(ServerRoute server, SweepEnd end)
    {
        if (end == SweepEnd.Settled) return;
        _sweeping.Remove(server.Id);
        if (end == SweepEnd.FlushRefused) _refused[server.Id] = server.Live!;
        else _refused.Remove(server.Id);
    }

    private void Settle(RouteTable table)
    {
        foreach (var server in table.Servers)
        {
            if (server is not { Live: { } connection, History.IsSettled: false }) continue;
            if (!_settling.TryGetValue(server.Id, out var settles) || settles.Connection != connection)
                _settling[server.Id] = settles = new Settling(clock, settling, connection, end => ended(server, end));
            settles.Ask();
        }
    }

    private bool IsDue(ServerRoute server) => !server.History.IsSwept && server.History.GateOpensAt <= clock.Elapsed;
}
