namespace ActorCache.Transport;

/// <summary>A connection to one server that has answered its handshake. It serves, and then it ends once, with a reason.</summary>
public interface IServerConnection : IConnection
{
    /// <summary>Completes when the connection has ended; never faults.</summary>
    Task<ConnectionClosed> Completion { get; }

    /// <summary>Ends it now: operations in flight end as <see cref="AttemptEnd"/> says. Idempotent; the first reason stands.</summary>
    void Close(ConnectionClosed end);

    /// <summary>Takes no more operations, waits for those in flight, then closes.</summary>
    /// <param name="patience">How long to wait for them at most.</param>
    /// <returns>Whether everything that was ever written to it has been answered.</returns>
    Task<bool> DrainAsync(TimeSpan patience);
}
