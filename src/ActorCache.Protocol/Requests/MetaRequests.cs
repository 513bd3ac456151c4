using System.Buffers;

namespace ActorCache.Protocol;

/// <summary>
/// Writes the requests of memcached's meta protocol (protocol.txt, "Meta Commands"), one method per command, straight into a send buffer.
/// Every request asks for its opaque back, so that a reply proves whose it is; gets ask for the key too, so that no value can reach
/// another key's caller, even when a bit flipped on the way there. Keys are taken as checked (<see cref="CacheKey"/>); one that is kept in base64
/// is sent with the flag <c>b</c>.
/// </summary>
public static class MetaRequests
{
    // Longest head: command, key, and the longest flags with their numbers. One GetSpan per request.
    private const int MaxHead = 8 + CacheKey.MaxLength + 96;

    internal const int LongestGroup = 64;

    /// <summary><c>mg &lt;key&gt; v f k c O&lt;opaque&gt; [T&lt;exptime&gt;]</c>: get, and touch when <paramref name="exptime"/> is given.</summary>
    public static void Get(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, int? exptime = null)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("mg "u8);
        line.Key(key);
        line.Text(" v f k c O"u8);
        line.Opaque(opaque);
        if (exptime is { } t) line.Number(" T"u8, t);
        line.End(output);
    }

    /// <summary>
    /// <c>mg &lt;key&gt; v f k c t O&lt;opaque&gt; N&lt;lease&gt; [R&lt;early&gt;]</c>: a get that asks for a lease (protocol.txt, "Meta Get"). On a miss the
    /// server makes an empty item that lives for <paramref name="lease"/>; whoever is to fill it, or to renew what is stale or has less than
    /// <paramref name="early"/> left, is told so with <c>W</c>, and everyone else with <c>Z</c>. Both are <see cref="Expiration"/>'s numbers.
    /// </summary>
    public static void Lease(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, int lease, int? early = null)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("mg "u8);
        line.Key(key);
        line.Text(" v f k c t O"u8);
        line.Opaque(opaque);
        line.Number(" N"u8, lease);
        if (early is { } left) line.Number(" R"u8, left);
        line.End(output);
    }

    /// <summary><c>mg &lt;key&gt; k [f] c O&lt;opaque&gt; T&lt;exptime&gt;</c>: touch, without the value.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="exptime">The item's new expiration time.</param>
    /// <param name="askFlags">Ask for the client flags too (<c>f</c>).</param>
    public static void Touch(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, int exptime, bool askFlags = false)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("mg "u8);
        line.Key(key);
        line.Text(askFlags ? " k f c O"u8 : " k c O"u8);
        line.Opaque(opaque);
        line.Number(" T"u8, exptime);
        line.End(output);
    }

    /// <summary><c>ms &lt;key&gt; &lt;length&gt; O&lt;opaque&gt; [T] [F] [C] [M]</c> and the data block.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="value">The data block; copied before this returns.</param>
    /// <param name="mode">What to do with an item that exists, or does not.</param>
    /// <param name="exptime">memcached's expiration time (<see cref="Expiration"/>); 0 is never, and is left off the wire.</param>
    /// <param name="clientFlags">32 bits stored beside the value for the client's use.</param>
    /// <param name="cas">Store only if the item still has this version; 0 for no check.</param>
    public static void Store(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, in ReadOnlySequence<byte> value,
        StoreMode mode = StoreMode.Set, int exptime = 0, uint clientFlags = 0, ulong cas = 0)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("ms "u8);
        line.Key(key);
        line.Number(" "u8, value.Length);
        line.Text(" O"u8);
        line.Opaque(opaque);
        if (exptime != 0) line.Number(" T"u8, exptime);
        if (clientFlags != 0) line.Number(" F"u8, clientFlags);
        if (cas != 0) line.Number(" C"u8, cas);
        if (mode != StoreMode.Set) line.Text(ModeFlag(mode));
        line.End(output);
        Line.Block(output, value);
    }

    /// <summary><c>md &lt;key&gt; O&lt;opaque&gt;</c>.</summary>
    public static void Delete(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("md "u8);
        line.Key(key);
        line.Text(" O"u8);
        line.Opaque(opaque);
        line.End(output);
    }

    /// <summary>
    /// <c>md &lt;key&gt; O&lt;opaque&gt; [I] [T&lt;exptime&gt;] [C&lt;cas&gt;]</c>: a delete of one version, or one that only marks the item as stale
    /// (protocol.txt, "Meta Delete"). A mark gives the item a new version and lets the next reader win its lease.
    /// </summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="cas">Only if the item still has this version; 0 for no check.</param>
    /// <param name="mark">Leaves the item there, marked as stale (<c>I</c>).</param>
    /// <param name="exptime">With <paramref name="mark"/>: when the stale item is gone; null leaves its own time.</param>
    public static void Invalidate(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, ulong cas, bool mark, int? exptime = null)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("md "u8);
        line.Key(key);
        line.Text(" O"u8);
        line.Opaque(opaque);
        if (mark) line.Text(" I"u8);
        if (mark && exptime is { } t) line.Number(" T"u8, t);
        if (cas != 0) line.Number(" C"u8, cas);
        line.End(output);
    }

    /// <summary><c>ma &lt;key&gt; v O&lt;opaque&gt; D&lt;delta&gt; [MD] [N J] [T]</c>: increment or decrement.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="delta">How much; the server wraps above 2^64 and stops at 0 below.</param>
    /// <param name="decrement">True for down.</param>
    /// <param name="initial">With a value, a missing counter is created with it (<c>J</c>) and lives for <paramref name="exptime"/> (<c>N</c>).</param>
    /// <param name="exptime">Without <paramref name="initial"/>: the counter's new expiration time (<c>T</c>); null leaves it.</param>
    public static void Arithmetic(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, ulong delta, bool decrement,
        ulong? initial = null, int? exptime = null)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("ma "u8);
        line.Key(key);
        line.Text(" v O"u8);
        line.Opaque(opaque);
        line.Number(" D"u8, delta);
        if (decrement) line.Text(" MD"u8);
        if (initial is { } start)
        {
            line.Number(" N"u8, exptime ?? Expiration.Never);
            line.Number(" J"u8, start);
        }
        else if (exptime is { } t) line.Number(" T"u8, t);
        line.End(output);
    }

    /// <summary><c>mn</c>: answered with <c>MN</c> by a server that executes commands. The only proof of health.</summary>
    public static void NoOp(IBufferWriter<byte> output) => output.Write("mn\r\n"u8);

    /// <summary><c>version</c>.</summary>
    public static void Version(IBufferWriter<byte> output) => output.Write("version\r\n"u8);

    /// <summary><c>stats [argument]</c>, such as <c>items</c> or <c>settings</c>.</summary>
    /// <exception cref="ArgumentException">The argument is not one plain word: anything else could carry a second command.</exception>
    public static void Stats(IBufferWriter<byte> output, string? argument = null)
    {
        // Refused before the first byte is written: half a request would be the beginning of the next command.
        CheckGroup(argument);
        output.Write("stats"u8);
        if (argument is not null)
        {
            Span<byte> word = stackalloc byte[LongestGroup];
            output.Write(" "u8);
            output.Write(word[..System.Text.Encoding.ASCII.GetBytes(argument, word)]);
        }
        output.Write("\r\n"u8);
    }

    /// <summary><c>flush_all [delay]</c>: every item is invalid now, or after so many seconds.</summary>
    public static void FlushAll(IBufferWriter<byte> output, uint delaySeconds = 0)
    {
        if (delaySeconds == 0)
        {
            output.Write("flush_all\r\n"u8);
            return;
        }
        var line = new Line(output.GetSpan(32));
        line.Number("flush_all "u8, delaySeconds);
        line.End(output);
    }

    /// <summary>Refuses what could carry a second command.</summary>
    internal static void CheckGroup(string? argument)
    {
        if (argument is not null && (argument.Length is 0 or > LongestGroup || argument.AsSpan().IndexOfAnyExceptInRange('!', '~') >= 0))
            throw new ArgumentException("A stats argument is one word of printable ASCII, 64 characters at most.", nameof(argument));
    }

    private static ReadOnlySpan<byte> ModeFlag(StoreMode mode) => mode switch
    {
        StoreMode.Add => " ME"u8,
        StoreMode.Replace => " MR"u8,
        StoreMode.Append => " MA"u8,
        StoreMode.Prepend => " MP"u8,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a store mode."),
    };
}
