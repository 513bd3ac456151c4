using ActorCache;

namespace FailoverDemo;

/// <summary>
/// The faults of the run, and what the callers and the cache have said about each. Looked at after every call: one read, mostly.
/// </summary>
internal sealed class FaultLedger(Scoreboard scores)
{
    private volatile InjectedFault[] _faults = [];
    private volatile InjectedFault? _notRerouted;

    /// <summary>In the order they were injected.</summary>
    public IReadOnlyList<InjectedFault> Faults => _faults;

    /// <summary>A fault is about to strike. One thread injects.</summary>
    public InjectedFault Strike(string what, string server)
    {
        var fault = new InjectedFault(what, server, scores.Elapsed);
        _faults = [.. _faults, fault];
        _notRerouted = fault;
        return fault;
    }

    /// <summary>Its server is about to be brought back.</summary>
    public void BringBack(InjectedFault fault) => fault.Back(scores.Elapsed);

    /// <summary>A caller has got a good answer.</summary>
    /// <param name="owner">Its key's owner.</param>
    /// <param name="server">Who answered.</param>
    public void OnAnswer(string owner, string? server)
    {
        if (_notRerouted is not { } fault || owner != fault.Server || server == owner) return;
        fault.Rerouted(scores.Elapsed);
        _notRerouted = null;
    }

    /// <summary>The cache has announced something.</summary>
    public void OnEvent(ServerEvent happened)
    {
        foreach (var fault in _faults)
        {
            if (fault.Server != happened.Server) continue;
            fault.Seen(scores.Elapsed);
            if (fault.BackAt is not null && happened is ServerEvent.Up or ServerEvent.Reinstated) fault.Reinstated(scores.Elapsed);
        }
    }
}
