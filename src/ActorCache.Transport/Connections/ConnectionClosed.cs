using System.Net.Sockets;
using System.Security.Authentication;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>How a connection ended: the reason, and a sentence for a log.</summary>
/// <param name="Reason">The kind of end.</param>
/// <param name="Detail">What was seen, with no key or value in it.</param>
public sealed record ConnectionClosed(CloseReason Reason, string Detail)
{
    /// <summary>One side has said no to the other: a matter for an operator, and dialling again soon is of no use.</summary>
    public bool IsRefusal => Reason is CloseReason.AuthenticationFailed or CloseReason.CertificateRejected;

    /// <summary>What an exception, met while doing that, comes to.</summary>
    internal static ConnectionClosed Of(Exception e, string doing) => e switch
    {
        ConnectException refused => refused.End,
        ProtocolException => new(CloseReason.ProtocolViolation, e.Message),
        // What TLS has to say lies beneath "see inner exception".
        SocketException or IOException or AuthenticationException or ObjectDisposedException or OperationCanceledException =>
            new(CloseReason.Lost, $"{doing}: {e.GetBaseException().Message}"),
        _ => new(CloseReason.Faulted, $"{doing}: {e}"),
    };

    /// <inheritdoc />
    public override string ToString() => $"{Reason}: {Detail}";
}
