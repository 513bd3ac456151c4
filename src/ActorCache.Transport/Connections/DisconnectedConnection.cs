namespace ActorCache.Transport;

/// <summary>A server that is down, as an object: whoever asks is told so at once.</summary>
public sealed class DisconnectedConnection : IConnection
{
    /// <summary>It has no state, so there is one.</summary>
    public static DisconnectedConnection Instance { get; } = new();

    private DisconnectedConnection() { }

    /// <inheritdoc />
    public SendOutcome TrySend(Operation operation, bool more = false) => SendOutcome.Closed;

    /// <inheritdoc />
    public void Flush() { }
}
