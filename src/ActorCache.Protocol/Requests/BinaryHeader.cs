namespace ActorCache.Protocol;

/// <summary>What requests and replies of the binary dialect have in common: 24 bytes before everything else (protocol_binary, "Packet Structure").</summary>
internal static class BinaryHeader
{
    public const int Length = 24;

    /// <summary>What a request begins with.</summary>
    public const byte Request = 0x80;

    /// <summary>What a reply begins with.</summary>
    public const byte Reply = 0x81;

    // Where each part begins. All numbers are big-endian.
    public const int Opcode = 1, KeyLength = 2, ExtrasLength = 4, DataType = 5, Status = 6, BodyLength = 8, Opaque = 12, Cas = 16;
}
