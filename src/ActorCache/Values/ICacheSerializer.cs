using System.Buffers;

namespace ActorCache;

/// <summary>
/// How values become bytes that are neither bytes, nor text, nor integers themselves. Called on the caller's thread, by many at once. What
/// it throws reaches the caller as it is, and harms nobody else.
/// </summary>
public interface ICacheSerializer
{
    /// <summary>
    /// Its number, 0 to 15, which is stored beside what it writes (bits 20 to 23 of the client flags), so that whoever reads knows what to read
    /// it with. 0 is JSON, 1 is MemoryPack; own ones take 8 to 15.
    /// </summary>
    int Id { get; }

    /// <summary>Writes a value.</summary>
    void Serialize<T>(T value, IBufferWriter<byte> output);

    /// <summary>Reads a value. The bytes are whatever somebody has stored: believe nothing, and take no type from them.</summary>
    T Deserialize<T>(ReadOnlySpan<byte> bytes);
}
