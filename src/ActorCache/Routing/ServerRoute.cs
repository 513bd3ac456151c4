using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>One server as a route table has it: who it is, how it is, and where operations for it go.</summary>
/// <param name="Address">The server.</param>
/// <param name="Id">Its number for as long as this cache knows it, whatever its place in the topology.</param>
/// <param name="Health">Its state.</param>
/// <param name="Since">Since when it is in that state.</param>
/// <param name="Cause">What brought it there, for an operator; null when nothing went wrong.</param>
/// <param name="Entrance">Where operations wait before the first dial is over and, if they are to, while the server is suspect.</param>
/// <param name="Live">The connection that serves, if there is one.</param>
internal sealed record ServerRoute(
    ServerAddress Address, int Id, ServerHealth Health, DateTimeOffset Since, string? Cause, WaitingRoom Entrance, IServerConnection? Live)
{
    public string Name => Address.Name;

    /// <summary>What it has done, in numbers.</summary>
    public required ServerFigures Figures { get; init; }

    /// <summary>What its past says about how to take it back.</summary>
    public ServerHistory History { get; init; } = ServerHistory.New;

    /// <summary>What it takes, in bytes, with key and all (its <c>item_size_max</c>); as much as you like for one that has not said.</summary>
    public int LargestItem { get; init; } = int.MaxValue;

    /// <summary>It and we have refused each other when it was dialled, and it has not been connected since.</summary>
    public bool IsRejected { get; init; }

    /// <summary>It is a name by which servers are still to be found, and nobody to dial: operations wait here for them.</summary>
    public bool IsSought { get; init; }

    /// <summary>Operations wait for it while it is suspect, rather than go to the next server.</summary>
    public bool IsAwaited { get; init; }

    /// <summary>Operations go to it, be it to wait.</summary>
    public bool IsServing => Health.IsServing || (IsAwaited && Health.State == ServerState.Suspect);

    /// <summary>Whether an operation may yet come to wait at its entrance.</summary>
    public bool HasEntrance => Health.State == ServerState.Connecting || (IsAwaited && Health.State is ServerState.Up or ServerState.Suspect);

    /// <summary>Which part of its keys it serves, 0 to 1: less than all only while they are coming back to it.</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whether it serves the key with this hash, as far as its share goes. The same keys first every time.</summary>
    public bool Takes(uint hash) => Share >= 1 || hash * 2654435769u < Share * uint.MaxValue;

    /// <summary>Where operations go. A server that does not serve is an object too.</summary>
    public IConnection Connection => Health.State switch
    {
        ServerState.Up when Live is not null => Live,
        ServerState.Connecting => Entrance,
        ServerState.Suspect when IsAwaited => Entrance,
        _ => DisconnectedConnection.Instance,
    };
}
