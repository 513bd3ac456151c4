namespace ActorCache.Placement;

/// <summary>What one client knows of a server's health. Changes only by <see cref="HealthTransitions.Next"/>.</summary>
/// <param name="State">Where in its life the server is.</param>
/// <param name="FailedAttempts">Failed attempts to reach it, one after the other; 0 while it is up.</param>
/// <param name="Held">An operator ejected it: it stays down, whatever it does, until reinstated.</param>
public readonly record struct ServerHealth(ServerState State, int FailedAttempts, bool Held)
{
    /// <summary>A server that has just been configured.</summary>
    public static ServerHealth Initial => new(ServerState.Connecting, 0, false);

    /// <summary>Keys count as the server's own: it has not been ejected.</summary>
    public bool IsOnRing => State is ServerState.Connecting or ServerState.Up or ServerState.Suspect;

    /// <summary>Calls go to the server, be it to wait for its first connection.</summary>
    public bool IsServing => State is ServerState.Connecting or ServerState.Up;
}
