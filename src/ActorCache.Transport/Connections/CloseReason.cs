namespace ActorCache.Transport;

/// <summary>Why a connection ended, or never came to be.</summary>
public enum CloseReason
{
    /// <summary>We closed it: shutdown, or the server left the topology.</summary>
    Closed,

    /// <summary>The connect was refused, or the name or address cannot be reached.</summary>
    Unreachable,

    /// <summary>No connection and answered handshake within the connect timeout.</summary>
    ConnectTimeout,

    /// <summary>The server accepted, and then refused or misunderstood us.</summary>
    HandshakeFailed,

    /// <summary>The server refuses our user or password, asks for one that is not set, or ours must not be said in cleartext there.</summary>
    AuthenticationFailed,

    /// <summary>TLS: the server's certificate is not to be trusted, it will not have ours, or a certificate file of ours cannot be read.</summary>
    CertificateRejected,

    /// <summary>The peer closed or reset the connection.</summary>
    Lost,

    /// <summary>Operations were in flight and no byte came for the read timeout.</summary>
    Stalled,

    /// <summary>The pairing of requests and replies is no longer provable.</summary>
    ProtocolViolation,

    /// <summary>An exception that nobody foresaw: a defect of ours, not of the server.</summary>
    Faulted,
}
