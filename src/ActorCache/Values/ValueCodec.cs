using System.Buffers;

namespace ActorCache;

/// <summary>How values of one type become bytes and come back. Chosen once per type.</summary>
internal abstract class ValueCodec<T>
{
    public static ValueCodec<T> Instance { get; } = (ValueCodec<T>)ValueCodecs.For(typeof(T));

    /// <summary>
    /// Whether <see cref="Read"/> is our own quick code, fit to run where replies are received, so that the value is copied once. The
    /// caller's own types and converters run on the caller's thread instead.
    /// </summary>
    public virtual bool ReadsOnArrival => true;

    /// <summary>What values of the type are.</summary>
    public abstract ValueKind Kind { get; }

    /// <summary>What other clients are told that this one is.</summary>
    public virtual ValueKind KindOf(T value) => Kind;

    /// <summary>The value as bytes: the value's own memory, or <paramref name="scratch"/> written to.</summary>
    /// <param name="value">The value.</param>
    /// <param name="scratch">Empty.</param>
    /// <param name="serializer">For <see cref="ValueKind.Object"/>.</param>
    public abstract ReadOnlySequence<byte> Write(T value, ArrayBufferWriter<byte> scratch, ICacheSerializer serializer);

    /// <summary>The value of these bytes. Throws what its reader throws when they are none.</summary>
    public abstract T Read(ReadOnlySpan<byte> bytes, ICacheSerializer serializer);
}
