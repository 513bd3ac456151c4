using System.Buffers;

namespace ActorCache;

/// <summary>A way to make values shorter. Called on the caller's thread, by many at once.</summary>
public interface ICacheCompressor
{
    /// <summary>
    /// Its number, 1 to 15, which is stored beside what it writes (bits 16 to 19 of the client flags). 1 is Deflate, 2 Brotli, 3 Zstandard; own
    /// ones take 8 to 15.
    /// </summary>
    int Id { get; }

    /// <summary>How <see cref="ActorCacheOptions.Compression"/> names it, such as <c>Brotli</c>.</summary>
    string Name { get; }

    /// <summary>Writes the bytes, compressed.</summary>
    void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output);

    /// <summary>
    /// Writes the bytes as they were. What is given is whatever somebody has stored. To be refused when it is not wholly what this compressor
    /// writes, with nothing missing and nothing behind it; how much comes out is bounded by <paramref name="output"/>, which throws
    /// <see cref="CacheValueException"/> beyond <see cref="ActorCacheOptions.MaxDecompressedBytes"/>.
    /// </summary>
    /// <exception cref="CacheValueException">It is refused.</exception>
    void Decompress(ReadOnlySpan<byte> compressed, IBufferWriter<byte> output);
}
