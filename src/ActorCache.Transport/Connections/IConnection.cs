namespace ActorCache.Transport;

/// <summary>Where operations for one server go: a live socket, a waiting room while it is dialled, or a polite no.</summary>
public interface IConnection
{
    /// <summary>Offers an operation. Never blocks, and never throws but for what <see cref="Operation.WriteTo"/> throws.</summary>
    SendOutcome TrySend(Operation operation);
}
