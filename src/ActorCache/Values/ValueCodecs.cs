using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Text;

namespace ActorCache;

/// <summary>The codecs there are: raw bytes, text, integers as digits, and for the rest whatever serializer the cache has.</summary>
internal static class ValueCodecs
{
    private static readonly Dictionary<Type, object> Own = new()
    {
        [typeof(byte[])] = new Bytes(),
        [typeof(ReadOnlyMemory<byte>)] = new Memory(),
        [typeof(string)] = new Text(),
        [typeof(sbyte)] = new Integer<sbyte>(),
        [typeof(byte)] = new Integer<byte>(),
        [typeof(short)] = new Integer<short>(),
        [typeof(ushort)] = new Integer<ushort>(),
        [typeof(int)] = new Integer<int>(),
        [typeof(uint)] = new Integer<uint>(),
        [typeof(long)] = new Integer<long>(),
        [typeof(ulong)] = new Integer<ulong>(),
    };

    public static object For(Type type) =>
        Own.TryGetValue(type, out var codec) ? codec : Activator.CreateInstance(typeof(Serialized<>).MakeGenericType(type))!;

    private sealed class Bytes : ValueCodec<byte[]>
    {
        public override ValueKind Kind => ValueKind.Bytes;

        public override ReadOnlySequence<byte> Write(byte[] value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer) => new(value);

        public override byte[] Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer) => bytes.ToArray();
    }

    private sealed class Memory : ValueCodec<ReadOnlyMemory<byte>>
    {
        public override ValueKind Kind => ValueKind.Bytes;

        public override ReadOnlySequence<byte> Write(ReadOnlyMemory<byte> value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer) => new(value);

        public override ReadOnlyMemory<byte> Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer) => bytes.ToArray();
    }

    private sealed class Text : ValueCodec<string>
    {
        public override ValueKind Kind => ValueKind.Text;

        public override ReadOnlySequence<byte> Write(string value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer)
        {
            Encoding.UTF8.GetBytes(value, scratch);
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        public override string Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer) => Encoding.UTF8.GetString(bytes);
    }

    private sealed class Integer<T> : ValueCodec<T> where T : IBinaryInteger<T>
    {
        public override ValueKind Kind => ValueKind.Integer;

        // Other clients' integers are signed: to them, what is beyond that is text of digits.
        public override ValueKind KindOf(T value) => value is ulong and > long.MaxValue ? ValueKind.Text : ValueKind.Integer;

        public override ReadOnlySequence<byte> Write(T value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer)
        {
            value.TryFormat(scratch.GetSpan(24), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            scratch.Advance(written);
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        // memcached leaves spaces behind a counter that decr has made shorter.
        public override T Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer) => T.Parse(bytes.TrimEnd((byte)' '), System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class Serialized<T> : ValueCodec<T>
    {
        public override bool ReadsOnArrival => false;

        public override ValueKind Kind => ValueKind.Object;

        public override ReadOnlySequence<byte> Write(T value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer)
        {
            serializer.Serialize(value, scratch);
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        public override T Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer) => serializer.Deserialize<T>(bytes);
    }
}
