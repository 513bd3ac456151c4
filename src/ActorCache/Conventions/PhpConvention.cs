using System.Buffers.Binary;

namespace ActorCache;

/// <summary>
/// The flags of php-memcached (php_memcached.c, MEMC_VAL_*): a type in the low four bits, then how it is compressed. Seen with 3.2.0: what is
/// compressed has its length in front, four bytes in the machine's order, which is taken to be little-endian.
/// </summary>
internal sealed class PhpConvention : Convention
{
    private const uint TypeMask = 15;
    private const uint Integer = 1;
    private const uint Double = 2;
    private const uint Boolean = 3;
    private const uint Serialized = 4;
    private const uint Igbinary = 5;
    private const uint Json = 6;
    private const uint MessagePack = 7;
    private const uint Compressed = 16;
    private const uint Zlib = 32;
    private const uint Fastlz = 64;
    private const uint Known = TypeMask | Compressed | Zlib | Fastlz;

    public override uint? Deflated => Compressed | Zlib;

    public override int HeaderLength => sizeof(uint);

    public override uint FlagsOf(ValueKind kind, bool isJson) => kind switch
    {
        ValueKind.Integer => Integer,
        ValueKind.Object when isJson => Json,
        _ => 0,
    };

    public override void WriteHeader(Span<byte> header, int length) => BinaryPrimitives.WriteInt32LittleEndian(header, length);

    public override bool IsBare(uint flags) => (flags & ValueFlags.Convention) is 0 or Integer or Double or Json;

    public override ReadOnlySpan<byte> Undo(uint flags, ReadOnlySpan<byte> bytes, BoundedBuffer room)
    {
        var unknown = flags & ValueFlags.Convention & ~Known;
        if (unknown != 0) throw new CacheValueException($"The client flags 0x{unknown:x} mean nothing to php-memcached 3.2; FlagConvention is Php.");
        var type = flags & TypeMask;
        if (type is Serialized or Igbinary or MessagePack)
        {
            var by = type switch { Serialized => "serialize", Igbinary => "igbinary", _ => "msgpack" };
            throw new CacheValueException($"The value was serialized by PHP ({by}), which only PHP reads; have it stored there as JSON (Memcached::SERIALIZER_JSON).");
        }
        if (type > MessagePack) throw new CacheValueException($"The value is of PHP's type {type}, which is not known here.");
        if ((flags & Compressed) != 0) bytes = Decompress(flags, bytes, room);
        // PHP spells them 1 and nothing.
        return type == Boolean ? bytes.SequenceEqual("1"u8) ? "true"u8 : "false"u8 : bytes;
    }

    private ReadOnlySpan<byte> Decompress(uint flags, ReadOnlySpan<byte> bytes, BoundedBuffer room)
    {
        if (bytes.Length < HeaderLength) throw new CacheValueException("The value is said to be compressed by PHP, and is too short for that.");
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var compressed = bytes[HeaderLength..];
        switch (flags & (Zlib | Fastlz))
        {
            case Zlib:
                new DeflateCompressor().Decompress(compressed, room);
                break;
            case Fastlz:
                FastLz.Decompress(compressed, length, room);
                break;
            default:
                throw new CacheValueException("The value is compressed by PHP, but not by zlib or FastLZ.");
        }
        return room.Written.Length == length ? room.Written : throw new CacheValueException("The value is compressed by PHP, and not as long as it says.");
    }
}
