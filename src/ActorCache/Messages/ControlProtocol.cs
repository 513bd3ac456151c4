namespace ActorCache;

/// <summary>What an operator tells the cache through the same gateway. Each is answered by <see cref="ControlReply"/>.</summary>
public static class ControlProtocol
{
    /// <summary>
    /// These are the servers from now on; only the keys that must move move. Where servers are found by <see cref="ActorCacheOptions.Discovery"/>, this
    /// is where to look for them from now on; answered when that has been asked, and refused when it gave no answer, though it is asked again.
    /// </summary>
    /// <param name="Servers">Server texts, as in <see cref="ActorCacheOptions.Servers"/>.</param>
    public sealed record SetTopology(IReadOnlyList<string> Servers) : IControlRequest;

    /// <summary>Take a server off the ring, however well it is, until it is reinstated.</summary>
    public sealed record Eject(string Server) : IControlRequest;

    /// <summary>Let an ejected server serve again, at once if it is connected.</summary>
    public sealed record Reinstate(string Server) : IControlRequest;

    /// <summary>How is everything?</summary>
    public sealed record GetStatus : IControlRequest;
}
