using System.Buffers;
using System.IO.Compression;

namespace ActorCache;

/// <summary>Brotli (RFC 7932): smaller than Deflate, and read by no other memcached client.</summary>
internal sealed class BrotliCompressor : ICacheCompressor
{
    public const int Number = 2;
    private const int Quality = 4;
    private const int Window = 22;

    public int Id => Number;

    public string Name => "Brotli";

    public void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        var room = output.GetSpan(BrotliEncoder.GetMaxCompressedLength(bytes.Length));
        if (!BrotliEncoder.TryCompress(bytes, room, out var written, Quality, Window))
            throw new InvalidOperationException("Brotli needs more room than it says.");
        output.Advance(written);
    }

    public void Decompress(ReadOnlySpan<byte> compressed, IBufferWriter<byte> output)
    {
        using var decoder = default(BrotliDecoder);
        while (true)
        {
            var status = decoder.Decompress(compressed, output.GetSpan(), out var read, out var written);
            output.Advance(written);
            compressed = compressed[read..];
            if (status == OperationStatus.Done && compressed.IsEmpty) return;
            if (status != OperationStatus.DestinationTooSmall)
                throw new CacheValueException("The value is said to be compressed by Brotli, and is not, or not wholly.");
        }
    }
}
