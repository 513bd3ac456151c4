using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace ActorCache;

/// <summary>Deflate in zlib's format (RFC 1950), which pylibmc and php-memcached read where their own flags say so.</summary>
internal sealed class DeflateCompressor : ICacheCompressor
{
    public const int Number = 1;
    private const int ChecksumLength = 4;

    public int Id => Number;

    public string Name => "Deflate";

    public void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output)
    {
        using var zlib = new ZLibStream(new BufferStream(output), CompressionLevel.Fastest);
        zlib.Write(bytes);
    }

    public void Decompress(ReadOnlySpan<byte> compressed, IBufferWriter<byte> output)
    {
        var input = ArrayPool<byte>.Shared.Rent(compressed.Length);
        try
        {
            compressed.CopyTo(input);
            var checksum = Adler32.Empty;
            using var zlib = new ZLibStream(new MemoryStream(input, 0, compressed.Length, writable: false), CompressionMode.Decompress);
            while (true)
            {
                var room = output.GetSpan();
                var read = zlib.Read(room);
                if (read == 0) break;
                checksum = Adler32.Append(checksum, room[..read]);
                output.Advance(read);
            }
            // The stream takes no notice of what follows, such as bytes that somebody has appended to the value.
            if (compressed.Length < ChecksumLength || BinaryPrimitives.ReadUInt32BigEndian(compressed[^ChecksumLength..]) != checksum)
                throw new CacheValueException("The value is said to be compressed by Deflate, and is not, or not wholly.");
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new CacheValueException("The value is said to be compressed by Deflate, and is not.", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(input);
        }
    }
}
