namespace ActorCache.Protocol;

/// <summary>The commands of the binary dialect that we send, by the number they have on the wire (protocol_binary, "Command Opcodes").</summary>
public enum BinaryOpcode : byte
{
    /// <summary>Store, whatever was there; with a version, only over that one.</summary>
    Set = 0x01,

    /// <summary>Store only where nothing is.</summary>
    Add = 0x02,

    /// <summary>Store only where something is.</summary>
    Replace = 0x03,

    /// <summary>Delete.</summary>
    Delete = 0x04,

    /// <summary>Count up, and create the counter if the request says so.</summary>
    Increment = 0x05,

    /// <summary>Count down, and create the counter if the request says so.</summary>
    Decrement = 0x06,

    /// <summary>Flush all items, now or later.</summary>
    Flush = 0x08,

    /// <summary>Nothing but an answer.</summary>
    NoOp = 0x0a,

    /// <summary>The server's version.</summary>
    Version = 0x0b,

    /// <summary>Get, and echo the key, on a miss too.</summary>
    GetK = 0x0c,

    /// <summary>Put bytes behind the stored ones.</summary>
    Append = 0x0e,

    /// <summary>Put bytes before the stored ones.</summary>
    Prepend = 0x0f,

    /// <summary>Statistics: a reply for each figure, and an empty one behind the last.</summary>
    Stat = 0x10,

    /// <summary>A new expiration time.</summary>
    Touch = 0x1c,

    /// <summary>By what mechanisms one may say who is there (SASL).</summary>
    SaslList = 0x20,

    /// <summary>Say who is there (SASL).</summary>
    SaslAuth = 0x21,

    /// <summary>Get, touch, and echo the key, on a miss too.</summary>
    GatK = 0x23,
}
