using System.Buffers;
using System.Buffers.Binary;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching;

/// <summary>
/// What stands before a value's bytes, so that a read needs no second request to know how an entry expires. One byte that says that there is nothing to
/// know; or, of an entry with a sliding expiration, 13: another such byte, the sliding time in whole seconds, and when it is over in any case, in Unix
/// milliseconds. No text begins with such a byte (in UTF-8 it only continues a character); what does not begin with it was not written here.
/// </summary>
/// <param name="Sliding">How long the entry lives after each read, in seconds; 0 without a sliding expiration.</param>
/// <param name="Over">When it is over however often it is read; <see cref="DateTimeOffset.MaxValue"/> for never.</param>
internal readonly record struct Entry(int Sliding, DateTimeOffset Over)
{
    /// <summary>The length of what stands before an entry that slides.</summary>
    public const int LongestHeader = 1 + sizeof(int) + sizeof(long);

    private const byte Plain = 0xB4;
    private const byte Slides = 0xB5;
    private static readonly byte[] PlainHeader = [Plain];
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>An entry as its caller wants it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is to end in the past.</exception>
    public static Entry From(DistributedCacheEntryOptions options, DateTimeOffset now, out TimeSpan? life)
    {
#pragma warning disable CA2208 // Named as callers know it, who have never heard of this method: the option.
        if (options.AbsoluteExpiration <= now)
            throw new ArgumentOutOfRangeException(nameof(options.AbsoluteExpiration), options.AbsoluteExpiration, "The absolute expiration value must be in the future.");
#pragma warning restore CA2208
        life = options.AbsoluteExpirationRelativeToNow ?? (options.AbsoluteExpiration - now);
        var over = life < DateTimeOffset.MaxValue - now ? now + life.Value : DateTimeOffset.MaxValue;
        var sliding = options.SlidingExpiration is { } slides ? (int)Math.Min(int.MaxValue, Math.Ceiling(slides.TotalSeconds)) : 0;
        if (options.SlidingExpiration < (life ?? TimeSpan.MaxValue)) life = options.SlidingExpiration;
        return new Entry(sliding, over);
    }

    /// <summary>
    /// How long the server is to keep an entry that slides, from now on. A second more than was asked for: memcached counts ticks of its clock, so that one
    /// it is told to keep for n seconds lives for n - 1 to n. Null when it is over.
    /// </summary>
    public TimeSpan? SlidesFor(DateTimeOffset now)
    {
        var left = Over - now;
        if (left <= TimeSpan.Zero) return null;
        var sliding = TimeSpan.FromSeconds(Sliding);
        return OneSecond + (left < sliding ? left : sliding);
    }

    /// <summary>The value with what stands before it. Its bytes are borrowed.</summary>
    public ReadOnlySequence<byte> Before(in ReadOnlySequence<byte> value)
    {
        var first = new Segment(Sliding == 0 ? PlainHeader : SlidingHeader());
        var last = first;
        foreach (var piece in value)
        {
            if (!piece.IsEmpty) last = last.Append(piece);
        }
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    /// <summary>How many bytes stand before a value of which this is the first; 0 if it was not written here.</summary>
    public static int HeaderLength(byte first) => first switch
    {
        Plain => 1,
        Slides => LongestHeader,
        _ => 0,
    };

    /// <summary>Reads what stands before a value; false if it says what is never written.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out Entry entry)
    {
        entry = new Entry(0, DateTimeOffset.MaxValue);
        if (header[0] == Plain) return true;
        var sliding = BinaryPrimitives.ReadInt32BigEndian(header[1..]);
        var over = BinaryPrimitives.ReadInt64BigEndian(header[(1 + sizeof(int))..]);
        if (sliding <= 0 || over < 0 || over > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        entry = new Entry(sliding, DateTimeOffset.FromUnixTimeMilliseconds(over));
        return true;
    }

    private byte[] SlidingHeader()
    {
        var header = new byte[LongestHeader];
        header[0] = Slides;
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(1), Sliding);
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1 + sizeof(int)), Over.ToUnixTimeMilliseconds());
        return header;
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}
