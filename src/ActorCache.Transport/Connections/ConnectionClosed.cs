using System.Net.Sockets;
using System.Security.Authentication;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>How a connection ended: the reason, and a sentence for a log.</summary>
/// <param name="Reason">The kind of end.</param>
/// <param name="Detail">What was seen, with no key or value in it.</param>
public sealed record ConnectionClosed(CloseReason Reason, string Detail)
{
    /// <summary>What an exception, met while doing that, comes to.</summary>
    internal static ConnectionClosed Of(Exception e, string doing) => e switch
    {
        AuthenticationException => new(CloseReason.HandshakeFailed, e.Message),
        ProtocolException => new(CloseReason.ProtocolViolation, e.Message),
        SocketException or IOException or ObjectDisposedException or OperationCanceledException => new(CloseReason.Lost, $"{doing}: {e.Message}"),
        _ => new(CloseReason.Faulted, $"{doing}: {e}"),
    };

    /// <inheritdoc />
    public override string ToString() => $"{Reason}: {Detail}";
}
