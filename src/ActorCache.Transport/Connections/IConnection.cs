namespace ActorCache.Transport;

/// <summary>Where operations for one server go: a live socket, a waiting room while it is dialled, or a polite no.</summary>
public interface IConnection
{
    /// <summary>Offers an operation. Never blocks, and never throws but for what <see cref="Operation.WriteTo"/> throws.</summary>
    /// <param name="operation">The sender's own until it is accepted.</param>
    /// <param name="more">More follow at once: nothing is sent for this one alone, and the sender calls <see cref="Flush"/> after the last.</param>
    SendOutcome TrySend(Operation operation, bool more = false);

    /// <summary>Sends what was offered with more to follow.</summary>
    void Flush();
}
