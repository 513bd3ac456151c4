using System.Buffers;
using ZstdSharp;

namespace ActorCache;

/// <summary>
/// Zstandard (RFC 8878): about as small as Deflate at several times its speed. Add it to <see cref="ActorCacheOptions.Compressors"/>, and say
/// <c>Zstandard</c> for <see cref="ActorCacheOptions.Compression"/>.
/// </summary>
public sealed class ZstandardCompressor : ICacheCompressor
{
    private readonly int _level;

    /// <summary>With Zstandard's default level, 3.</summary>
    public ZstandardCompressor() : this(Compressor.DefaultCompressionLevel) { }

    /// <summary>With another level: 1 is the quickest, 22 the smallest.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such level.</exception>
    public ZstandardCompressor(int level)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(level, Compressor.MinCompressionLevel);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(level, Compressor.MaxCompressionLevel);
        _level = level;
    }

    /// <inheritdoc />
    public int Id => 3;

    /// <inheritdoc />
    public string Name => "Zstandard";

    /// <inheritdoc />
    public void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var compressor = new Compressor(_level);
        output.Advance(compressor.Wrap(bytes, output.GetSpan(Compressor.GetCompressBound(bytes.Length))));
    }

    /// <inheritdoc />
    public void Decompress(ReadOnlySpan<byte> compressed, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            // The frame says how long it gets. The output refuses what is too long before it makes room; a frame that lies does not fit.
            var length = Decompressor.GetDecompressedSize(compressed);
            if (length > int.MaxValue) throw new CacheValueException("The value is said to be compressed by Zstandard, and to be over 2 GiB.");
            using var decompressor = new Decompressor();
            output.Advance(decompressor.Unwrap(compressed, output.GetSpan((int)length)));
        }
        catch (ZstdException e)
        {
            throw new CacheValueException("The value is said to be compressed by Zstandard, and is not, or not wholly.", e);
        }
    }
}
