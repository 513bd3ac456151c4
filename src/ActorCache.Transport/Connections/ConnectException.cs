namespace ActorCache.Transport;

/// <summary>A dial that did not end in an answered handshake.</summary>
public sealed class ConnectException : Exception
{
    /// <summary>With what was seen, and the cause beneath it if there is one.</summary>
    public ConnectException(ConnectionClosed end, Exception? inner = null) : base(end.ToString(), inner) => End = end;

    /// <summary>Why there is no connection.</summary>
    public ConnectionClosed End { get; }
}
