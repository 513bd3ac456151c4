using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>One server as a route table has it: who it is, how it is, and where operations for it go.</summary>
/// <param name="Address">The server.</param>
/// <param name="Id">Its number for as long as this cache knows it, whatever its place in the topology.</param>
/// <param name="Health">Its state.</param>
/// <param name="Since">Since when it is in that state.</param>
/// <param name="Cause">What brought it there, for an operator; null when nothing went wrong.</param>
/// <param name="Entrance">Where operations wait before the first dial is over.</param>
/// <param name="Live">The connection that serves, if there is one.</param>
internal sealed record ServerRoute(
    ServerAddress Address, int Id, ServerHealth Health, DateTimeOffset Since, string? Cause, WaitingRoom Entrance, IServerConnection? Live)
{
    public string Name => Address.Name;

    /// <summary>Where operations go. A server that does not serve is an object too.</summary>
    public IConnection Connection => Health.State switch
    {
        ServerState.Up when Live is not null => Live,
        ServerState.Connecting => Entrance,
        _ => DisconnectedConnection.Instance,
    };
}
