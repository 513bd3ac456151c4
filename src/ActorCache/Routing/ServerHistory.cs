namespace ActorCache;

/// <summary>What a server's past says about how to take it back. Times are <see cref="Moment.Elapsed"/>.</summary>
internal sealed record ServerHistory
{
    // What a stalled connection, an idle probe and memcached's clock of whole seconds (which starts two early) may be off by, and more.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(10);

    public static readonly ServerHistory New = new();

    /// <summary>Who answered at the last handshake, if it said so.</summary>
    public ServerIdentity? Identity { get; init; }

    /// <summary>When the connection came that is live, or was the last one.</summary>
    public TimeSpan ConnectedAt { get; init; }

    /// <summary>When it was lost; null before the first loss.</summary>
    public TimeSpan? LostAt { get; init; }

    /// <summary>From when on nothing is left to be carried out of what was written to earlier connections.</summary>
    public TimeSpan SettlesAt { get; init; }

    /// <summary>Until it is settled, calls may come to wait at its entrance: then they are to be sent on.</summary>
    public bool IsSettling { get; init; }

    /// <summary>Losses in short succession.</summary>
    public int Flaps { get; init; }

    /// <summary>When the gate is to open, at the earliest; for a server that is quarantined.</summary>
    public TimeSpan GateOpensAt { get; init; }

    /// <summary>What it remembers has been dealt with, over its present connection.</summary>
    public bool IsSwept { get; init; }

    /// <summary>It went down when all did: nobody's fault in particular, so it is not held down.</summary>
    public bool IsExcused { get; init; }

    /// <summary>Since when its keys are coming back to it.</summary>
    public TimeSpan ReturnedAt { get; init; }

    public bool IsSettled(TimeSpan now) => SettlesAt <= now;

    /// <summary>
    /// Whether the process that answers now has been started since the last connection was lost, so that it is empty. When in doubt, no. A
    /// process that was merely stopped shows an old uptime for a moment, and one whose machine slept never counts the sleep, so an uptime
    /// that is shorter than the outage proves nothing as long as the process is the same: only a clock that went backwards does.
    /// </summary>
    public bool HasRestarted(ServerIdentity? answers, TimeSpan now) =>
        answers is { } present && Identity is { } past && LostAt is { } lost && (present.ProcessId != past.ProcessId
            ? present.Uptime <= now - lost + Slack
            : present.Uptime < past.Uptime + (lost - ConnectedAt) - Slack);
}
