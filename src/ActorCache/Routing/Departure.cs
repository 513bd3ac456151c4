using ActorCache.Transport;

namespace ActorCache;

/// <summary>A server that has left the topology. It may come again, with what it holds now.</summary>
/// <param name="History">What was known of it when it left.</param>
internal sealed record Departure(ServerHistory History)
{
    /// <summary>The connection it was served over, as long as that is being drained.</summary>
    public IServerConnection? Draining { get; init; }

    /// <summary>Everything that was written over that connection has been answered.</summary>
    public bool IsDrained { get; init; }

    /// <summary>Nothing we ever wrote there is still to be carried out.</summary>
    public bool IsSettled => IsDrained && History.IsSettled;
}
