using System.Buffers;

namespace ActorCache.Protocol;

/// <summary>
/// The requests that all dialects have, each in the one that is spoken. What only some have, or what takes several requests in one of them, is written with
/// <see cref="MetaRequests"/>, <see cref="ClassicRequests"/> or <see cref="BinaryRequests"/> by whoever knows the difference.
/// </summary>
public static class Requests
{
    /// <summary>A get that brings the item's flags and version along.</summary>
    public static void Get(IBufferWriter<byte> output, Dialect dialect, ReadOnlySpan<byte> key, ushort opaque)
    {
        switch (dialect)
        {
            case Dialect.Classic: ClassicRequests.Get(output, key); break;
            case Dialect.Binary: BinaryRequests.Get(output, key, opaque); break;
            default: MetaRequests.Get(output, key, opaque); break;
        }
    }

    /// <summary>A touch, without the value.</summary>
    public static void Touch(IBufferWriter<byte> output, Dialect dialect, ReadOnlySpan<byte> key, ushort opaque, int exptime)
    {
        switch (dialect)
        {
            case Dialect.Classic: ClassicRequests.Touch(output, key, exptime); break;
            case Dialect.Binary: BinaryRequests.Touch(output, key, opaque, exptime); break;
            default: MetaRequests.Touch(output, key, opaque, exptime); break;
        }
    }

    /// <summary>A store. The value is copied before this returns.</summary>
    /// <exception cref="ArgumentException">A version is given for a mode that has no such check; see <see cref="HasCas"/>.</exception>
    public static void Store(IBufferWriter<byte> output, Dialect dialect, ReadOnlySpan<byte> key, ushort opaque, in ReadOnlySequence<byte> value,
        StoreMode mode, int exptime, uint clientFlags, ulong cas)
    {
        switch (dialect)
        {
            case Dialect.Classic: ClassicRequests.Store(output, key, value, mode, exptime, clientFlags, cas); break;
            case Dialect.Binary: BinaryRequests.Store(output, key, opaque, value, mode, exptime, clientFlags, cas); break;
            default: MetaRequests.Store(output, key, opaque, value, mode, exptime, clientFlags, cas); break;
        }
    }

    /// <summary>Whether a store in this mode may ask for a version.</summary>
    public static bool HasCas(Dialect dialect, StoreMode mode) => dialect switch
    {
        Dialect.Classic => ClassicRequests.HasCas(mode),
        Dialect.Binary => BinaryRequests.HasCas(mode),
        _ => true,
    };

    /// <summary>A delete, whatever version the item has.</summary>
    public static void Delete(IBufferWriter<byte> output, Dialect dialect, ReadOnlySpan<byte> key, ushort opaque)
    {
        switch (dialect)
        {
            case Dialect.Classic: ClassicRequests.Delete(output, key); break;
            case Dialect.Binary: BinaryRequests.Delete(output, key, opaque); break;
            default: MetaRequests.Delete(output, key, opaque); break;
        }
    }

    /// <summary>What every server that is at work answers; in classic, a get of a key that nobody stores.</summary>
    public static void NoOp(IBufferWriter<byte> output, Dialect dialect, ushort opaque)
    {
        switch (dialect)
        {
            case Dialect.Classic: ClassicRequests.Probe(output); break;
            case Dialect.Binary: BinaryRequests.NoOp(output, opaque); break;
            default: MetaRequests.NoOp(output); break;
        }
    }

    /// <summary>Which version the server is.</summary>
    public static void Version(IBufferWriter<byte> output, Dialect dialect, ushort opaque)
    {
        if (dialect == Dialect.Binary) BinaryRequests.Version(output, opaque);
        else MetaRequests.Version(output);
    }

    /// <summary>The server's statistics, or those of one group.</summary>
    /// <exception cref="ArgumentException">The group is not one plain word.</exception>
    public static void Stats(IBufferWriter<byte> output, Dialect dialect, ushort opaque, string? group = null)
    {
        if (dialect == Dialect.Binary) BinaryRequests.Stats(output, opaque, group);
        else MetaRequests.Stats(output, group);
    }

    /// <summary>A flush, now or after so many seconds.</summary>
    public static void FlushAll(IBufferWriter<byte> output, Dialect dialect, ushort opaque, uint delaySeconds = 0)
    {
        if (dialect == Dialect.Binary) BinaryRequests.FlushAll(output, opaque, delaySeconds);
        else MetaRequests.FlushAll(output, delaySeconds);
    }
}
