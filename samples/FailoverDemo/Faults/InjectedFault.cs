namespace FailoverDemo;

/// <summary>
/// One fault that the demo injected, and when it was noticed. Each moment is kept the first time it is told, by whichever thread, as the
/// time of the run.
/// </summary>
internal sealed class InjectedFault(string what, string server, TimeSpan at)
{
    private long _seenAt;
    private long _reroutedAt;
    private long _backAt;
    private long _reinstatedAt;

    /// <summary><c>kill</c> or <c>hang</c>.</summary>
    public string What => what;

    public string Server => server;

    public TimeSpan At => at;

    /// <summary>From the fault to the first event about its server.</summary>
    public TimeSpan? SeenAfter => Moment(in _seenAt) - at;

    /// <summary>From the fault to the first good answer, by another server, for one of its server's keys.</summary>
    public TimeSpan? ReroutedAfter => Moment(in _reroutedAt) - at;

    /// <summary>When the demo began to bring its server back.</summary>
    public TimeSpan? BackAt => Moment(in _backAt);

    /// <summary>From then to the event that says it serves again.</summary>
    public TimeSpan? ReinstatedAfter => Moment(in _reinstatedAt) - BackAt;

    public void Seen(TimeSpan now) => Keep(ref _seenAt, now);

    public void Rerouted(TimeSpan now) => Keep(ref _reroutedAt, now);

    public void Back(TimeSpan now) => Keep(ref _backAt, now);

    public void Reinstated(TimeSpan now) => Keep(ref _reinstatedAt, now);

    private static void Keep(ref long moment, TimeSpan now) => Interlocked.CompareExchange(ref moment, now.Ticks, 0);

    private static TimeSpan? Moment(ref readonly long moment) => Volatile.Read(in moment) is > 0 and var ticks ? new TimeSpan(ticks) : null;
}
