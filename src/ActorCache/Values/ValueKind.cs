namespace ActorCache;

/// <summary>What a value is, as far as other clients tell values apart.</summary>
internal enum ValueKind
{
    /// <summary>Bytes, as they are.</summary>
    Bytes,

    /// <summary>UTF-8.</summary>
    Text,

    /// <summary>ASCII digits, of no more than 64 bits with their sign.</summary>
    Integer,

    /// <summary>What a serializer makes of it.</summary>
    Object,
}
