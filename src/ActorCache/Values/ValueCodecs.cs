using System.Buffers;
using System.Buffers.Text;
using System.Numerics;
using System.Text;
using System.Text.Json;

namespace ActorCache;

/// <summary>The codecs there are: raw bytes, text, integers as digits, and JSON for the rest.</summary>
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
        Own.TryGetValue(type, out var codec) ? codec : Activator.CreateInstance(typeof(Json<>).MakeGenericType(type))!;

    private sealed class Bytes : ValueCodec<byte[]>
    {
        public override ReadOnlySequence<byte> Write(byte[] value, ArrayBufferWriter<byte> scratch) => new(value);

        public override byte[] Read(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }

    private sealed class Memory : ValueCodec<ReadOnlyMemory<byte>>
    {
        public override ReadOnlySequence<byte> Write(ReadOnlyMemory<byte> value, ArrayBufferWriter<byte> scratch) => new(value);

        public override ReadOnlyMemory<byte> Read(ReadOnlySpan<byte> bytes) => bytes.ToArray();
    }

    private sealed class Text : ValueCodec<string>
    {
        public override ReadOnlySequence<byte> Write(string value, ArrayBufferWriter<byte> scratch)
        {
            Encoding.UTF8.GetBytes(value, scratch);
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        public override string Read(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
    }

    private sealed class Integer<T> : ValueCodec<T> where T : IBinaryInteger<T>
    {
        public override ReadOnlySequence<byte> Write(T value, ArrayBufferWriter<byte> scratch)
        {
            value.TryFormat(scratch.GetSpan(24), out var written, default, System.Globalization.CultureInfo.InvariantCulture);
            scratch.Advance(written);
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        // memcached leaves spaces behind a counter that decr has made shorter.
        public override T Read(ReadOnlySpan<byte> bytes) => T.Parse(bytes.TrimEnd((byte)' '), System.Globalization.CultureInfo.InvariantCulture);
    }

    private sealed class Json<T> : ValueCodec<T>
    {
        public override bool ReadsOnArrival => false;

        public override ReadOnlySequence<byte> Write(T value, ArrayBufferWriter<byte> scratch)
        {
            using var writer = new Utf8JsonWriter(scratch);
            JsonSerializer.Serialize(writer, value);
            writer.Flush();
            return new ReadOnlySequence<byte>(scratch.WrittenMemory);
        }

        public override T Read(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize<T>(bytes)!;
    }
}
