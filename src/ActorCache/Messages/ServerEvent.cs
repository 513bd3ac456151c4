namespace ActorCache;

/// <summary>
/// Something that happened to a server or to all of them. Published on the actor system's EventStream after the route table that says so,
/// so whoever hears of it finds calls routed accordingly already.
/// </summary>
/// <param name="Cache">The cache's name.</param>
/// <param name="Server">The server's name; null when it is about all of them.</param>
/// <param name="At">When it was seen.</param>
/// <param name="TableVersion">The route table that reflects it.</param>
public abstract record ServerEvent(string Cache, string? Server, DateTimeOffset At, long TableVersion) : IActorCacheMessage
{
    /// <summary>The server is connected and serves its keys, for the first time or after a short loss.</summary>
    public sealed record Up(string Cache, string Server, DateTimeOffset At, long TableVersion) : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>The server cannot be reached; it is still on the ring, and stand-ins serve its keys.</summary>
    /// <param name="Cache">The cache's name.</param>
    /// <param name="Server">The server's name.</param>
    /// <param name="At">When it was seen.</param>
    /// <param name="TableVersion">The route table that reflects it.</param>
    /// <param name="Cause">What was seen.</param>
    public sealed record Suspected(string Cache, string Server, DateTimeOffset At, long TableVersion, string Cause)
        : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>The server is off the ring: too many attempts to reach it failed, or an operator said so.</summary>
    /// <param name="Cache">The cache's name.</param>
    /// <param name="Server">The server's name.</param>
    /// <param name="At">When it was seen.</param>
    /// <param name="TableVersion">The route table that reflects it.</param>
    /// <param name="Cause">What was seen last.</param>
    public sealed record Ejected(string Cache, string Server, DateTimeOffset At, long TableVersion, string Cause)
        : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>
    /// The server refuses our user and password, or its certificate is not to be trusted, or it will not have ours: it is off the ring at once, and is
    /// dialled again no sooner than after <see cref="ActorCacheOptions.MaxRetryDelay"/>. In place of <see cref="Ejected"/>, and once, until it has been
    /// connected again.
    /// </summary>
    /// <param name="Cache">The cache's name.</param>
    /// <param name="Server">The server's name.</param>
    /// <param name="At">When it was seen.</param>
    /// <param name="TableVersion">The route table that reflects it.</param>
    /// <param name="Cause">What was refused, and what helps; never a password.</param>
    public sealed record Rejected(string Cache, string Server, DateTimeOffset At, long TableVersion, string Cause)
        : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>An ejected server is back and serves its keys again.</summary>
    public sealed record Reinstated(string Cache, string Server, DateTimeOffset At, long TableVersion) : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>
    /// More keys of the server were written elsewhere than its journal holds: it is flushed before it serves again, unless it restarts empty.
    /// </summary>
    public sealed record JournalOverflowed(string Cache, string Server, DateTimeOffset At, long TableVersion) : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>The server answers again, but what it remembers can neither be trusted nor be dealt with: it stays out until it restarts.</summary>
    /// <param name="Cache">The cache's name.</param>
    /// <param name="Server">The server's name.</param>
    /// <param name="At">When it was seen.</param>
    /// <param name="TableVersion">The route table that reflects it.</param>
    /// <param name="Cause">What stands in its way.</param>
    public sealed record KeptOut(string Cache, string Server, DateTimeOffset At, long TableVersion, string Cause)
        : ServerEvent(Cache, Server, At, TableVersion);

    /// <summary>No server is left that serves: every call is answered Unavailable until one is back.</summary>
    public sealed record NoServerAlive(string Cache, DateTimeOffset At, long TableVersion) : ServerEvent(Cache, null, At, TableVersion);

    /// <summary>Servers were added, removed or given another weight.</summary>
    /// <param name="Cache">The cache's name.</param>
    /// <param name="At">When it was done.</param>
    /// <param name="TableVersion">The route table that reflects it.</param>
    /// <param name="Added">New servers.</param>
    /// <param name="Removed">Servers that are gone.</param>
    /// <param name="Reweighted">Servers with another weight.</param>
    public sealed record TopologyChanged(string Cache, DateTimeOffset At, long TableVersion,
        IReadOnlyList<string> Added, IReadOnlyList<string> Removed, IReadOnlyList<string> Reweighted) : ServerEvent(Cache, null, At, TableVersion);
}
