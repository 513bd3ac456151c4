using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorCache.Protocol;

/// <summary>
/// Writes the requests of memcached's binary protocol (the memcached wiki, "BinaryProtocolRevamped"; protocol_binary), one method per command.
/// Only servers that demand SASL need it: they understand nothing else. Every request carries an opaque that its reply must echo, and gets
/// are those that echo the key too. No quiet command is used: what is not answered cannot be paired. Keys are taken as checked
/// (<see cref="CacheKey"/>); one in base64 is hashed, as in the classic dialect.
/// </summary>
public static class BinaryRequests
{
    private const int MaxExtras = 20;

    // "If the expiration value is all one-bits (0xffffffff), the operation will fail with NOT_FOUND" ("Increment, Decrement").
    private const uint DoNotCreate = uint.MaxValue;

    /// <summary><c>GetK</c>; <c>GATK</c> when the item is touched. A miss echoes the key as well.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="exptime">The item's new expiration time (<see cref="Expiration"/>); null leaves it.</param>
    public static void Get(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, int? exptime = null)
    {
        if (exptime is { } t) Touching(output, BinaryOpcode.GatK, key, opaque, t);
        else Write(output, BinaryOpcode.GetK, opaque, key);
    }

    /// <summary><c>Touch</c>: its answer has the item's flags and version, and no key.</summary>
    public static void Touch(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, int exptime) =>
        Touching(output, BinaryOpcode.Touch, key, opaque, exptime);

    /// <summary><c>Set</c>, <c>Add</c>, <c>Replace</c>, <c>Append</c> or <c>Prepend</c>, and the value.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="value">The value; copied before this returns.</param>
    /// <param name="mode">What to do with an item that exists, or does not.</param>
    /// <param name="exptime">memcached's expiration time (<see cref="Expiration"/>); 0 is never. Not sent with an append or prepend, which keep the item's.</param>
    /// <param name="clientFlags">32 bits stored beside the value for the client's use; not sent with an append or prepend either.</param>
    /// <param name="cas">Store only if the item still has this version; 0 for no check.</param>
    /// <exception cref="ArgumentException">A version is given for a mode that has no such check in this dialect; see <see cref="HasCas"/>.</exception>
    public static void Store(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, in ReadOnlySequence<byte> value,
        StoreMode mode = StoreMode.Set, int exptime = 0, uint clientFlags = 0, ulong cas = 0)
    {
        if (cas != 0 && !HasCas(mode)) throw new ArgumentException("An Add has no version to compare in the binary dialect.", nameof(cas));
        Span<byte> extras = stackalloc byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(extras, clientFlags);
        BinaryPrimitives.WriteInt32BigEndian(extras[4..], exptime);
        if (mode is StoreMode.Append or StoreMode.Prepend) extras = [];
        Write(output, OpcodeOf(mode, cas), opaque, key, extras, value.Length, cas);
        foreach (var segment in value) output.Write(segment.Span);
    }

    /// <summary>Whether a store in this mode may ask for a version. memcached makes a plain comparison of an <c>Add</c> that has one, and replaces the item.</summary>
    public static bool HasCas(StoreMode mode) => mode != StoreMode.Add;

    /// <summary><c>Delete</c>.</summary>
    public static void Delete(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque) => Write(output, BinaryOpcode.Delete, opaque, key);

    /// <summary><c>Increment</c> or <c>Decrement</c>.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="opaque">The number the reply must carry.</param>
    /// <param name="delta">How much; the server wraps above 2^64 and stops at 0 below.</param>
    /// <param name="decrement">True for down.</param>
    /// <param name="initial">With a value, a missing counter is created with it and lives for <paramref name="exptime"/>; null leaves it missing.</param>
    /// <param name="exptime">memcached's expiration time of a counter that is created; one that is there keeps its own.</param>
    public static void Arithmetic(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ushort opaque, ulong delta, bool decrement,
        ulong? initial = null, int exptime = Expiration.Never)
    {
        Span<byte> extras = stackalloc byte[MaxExtras];
        BinaryPrimitives.WriteUInt64BigEndian(extras, delta);
        BinaryPrimitives.WriteUInt64BigEndian(extras[8..], initial ?? 0);
        BinaryPrimitives.WriteUInt32BigEndian(extras[16..], initial is null ? DoNotCreate : (uint)exptime);
        Write(output, decrement ? BinaryOpcode.Decrement : BinaryOpcode.Increment, opaque, key, extras);
    }

    /// <summary><c>NoOp</c>: answered by a server that executes commands, once it knows who asks.</summary>
    public static void NoOp(IBufferWriter<byte> output, ushort opaque) => Write(output, BinaryOpcode.NoOp, opaque);

    /// <summary><c>Version</c>: answered even to those who have not said who they are.</summary>
    public static void Version(IBufferWriter<byte> output, ushort opaque) => Write(output, BinaryOpcode.Version, opaque);

    /// <summary><c>Stat</c> of everything, or of one group, such as <c>items</c> or <c>settings</c>.</summary>
    /// <exception cref="ArgumentException">The group is not one plain word of 64 characters at most.</exception>
    public static void Stats(IBufferWriter<byte> output, ushort opaque, string? group = null)
    {
        MetaRequests.CheckGroup(group);
        Span<byte> word = stackalloc byte[MetaRequests.LongestGroup];
        Write(output, BinaryOpcode.Stat, opaque, word[..Encoding.ASCII.GetBytes(group, word)]);
    }

    /// <summary><c>Flush</c>: every item is invalid now, or after so many seconds.</summary>
    public static void FlushAll(IBufferWriter<byte> output, ushort opaque, uint delaySeconds = 0)
    {
        Span<byte> extras = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(extras, delaySeconds);
        Write(output, BinaryOpcode.Flush, opaque, extras: delaySeconds == 0 ? [] : extras);
    }

    /// <summary><c>SASL List Mechanisms</c>: a server that asks nobody who he is does not know the command.</summary>
    public static void Mechanisms(IBufferWriter<byte> output, ushort opaque) => Write(output, BinaryOpcode.SaslList, opaque);

    /// <summary><c>SASL Auth</c> by the mechanism PLAIN (RFC 4616): a zero byte, the name, a zero byte, the password. It is readable on the way.</summary>
    /// <exception cref="ArgumentException">The name or the password holds a zero byte, which would end it, or is not well-formed UTF-16; or the name is empty.</exception>
    public static void Authenticate(IBufferWriter<byte> output, ushort opaque, string username, string password)
    {
        ArgumentException.ThrowIfNullOrEmpty(username);
        ArgumentNullException.ThrowIfNull(password);
        // What is wrong with the password is not to be seen in the message.
        if (username.Contains('\0') || password.Contains('\0')) throw new ArgumentException("A name or password with a zero byte cannot be said in SASL PLAIN.");
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        byte[] said;
        try
        {
            said = [0, .. strict.GetBytes(username), 0, .. strict.GetBytes(password)];
        }
        catch (EncoderFallbackException)
        {
            throw new ArgumentException("A name or password with a lone surrogate cannot be said in SASL PLAIN.");
        }
        Write(output, BinaryOpcode.SaslAuth, opaque, "PLAIN"u8, valueLength: said.Length);
        output.Write(said);
    }

    private static void Touching(IBufferWriter<byte> output, BinaryOpcode opcode, ReadOnlySpan<byte> key, ushort opaque, int exptime)
    {
        Span<byte> extras = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(extras, exptime);
        Write(output, opcode, opaque, key, extras);
    }

    // "magic, opcode, key length, extras length, data type, vbucket id, total body length, opaque, cas", extras, key; the value is the caller's.
    private static void Write(IBufferWriter<byte> output, BinaryOpcode opcode, ushort opaque, ReadOnlySpan<byte> key = default,
        ReadOnlySpan<byte> extras = default, long valueLength = 0, ulong cas = 0)
    {
        var room = output.GetSpan(BinaryHeader.Length + MaxExtras + CacheKey.MaxLength);
        extras.CopyTo(room[BinaryHeader.Length..]);
        var keyLength = CacheKey.ToClassic(key, room[(BinaryHeader.Length + extras.Length)..]);

        room[0] = BinaryHeader.Request;
        room[BinaryHeader.Opcode] = (byte)opcode;
        BinaryPrimitives.WriteUInt16BigEndian(room[BinaryHeader.KeyLength..], (ushort)keyLength);
        room[BinaryHeader.ExtrasLength] = (byte)extras.Length;
        room[BinaryHeader.DataType] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(room[BinaryHeader.Status..], 0);
        BinaryPrimitives.WriteUInt32BigEndian(room[BinaryHeader.BodyLength..], checked((uint)(extras.Length + keyLength + valueLength)));
        BinaryPrimitives.WriteUInt32BigEndian(room[BinaryHeader.Opaque..], opaque);
        BinaryPrimitives.WriteUInt64BigEndian(room[BinaryHeader.Cas..], cas);
        output.Advance(BinaryHeader.Length + extras.Length + keyLength);
    }

    // A Replace with a version is a Set with it: one answer then means one thing, that nothing is there to compare with.
    private static BinaryOpcode OpcodeOf(StoreMode mode, ulong cas) => mode switch
    {
        StoreMode.Set => BinaryOpcode.Set,
        StoreMode.Add => BinaryOpcode.Add,
        StoreMode.Replace => cas == 0 ? BinaryOpcode.Replace : BinaryOpcode.Set,
        StoreMode.Append => BinaryOpcode.Append,
        StoreMode.Prepend => BinaryOpcode.Prepend,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a store mode."),
    };
}
