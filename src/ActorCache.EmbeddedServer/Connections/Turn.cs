namespace ActorCache.EmbeddedServer.Connections;

/// <summary>Where a connection stands after it looked at its input.</summary>
internal enum Turn
{
    /// <summary>A command is done; there may be another.</summary>
    Again,

    /// <summary>A fault is on: the next command has to pass it first.</summary>
    UnderFaults,

    /// <summary>Send what was answered, then read.</summary>
    Read,

    /// <summary>Send what was answered, then go on.</summary>
    Send,

    /// <summary>Send what was answered, then close.</summary>
    Close,

    /// <summary>Send what was answered, then end the sending side and wait for the peer to close.</summary>
    HalfClose,

    /// <summary>Send what was answered, then reset.</summary>
    Reset,
}
