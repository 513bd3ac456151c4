using System.Buffers.Binary;

namespace ActorCache.Protocol;

/// <summary>
/// Reads the replies of memcached's binary dialect out of a receive buffer (protocol_binary, "Packet Structure", "Response Status"), by the rules
/// of <see cref="ReplyReader"/>: incomplete input answers false and says how many bytes to wait for, wrong input throws, nothing is allocated.
/// What a header announces is compared with what a reply to that command can be before a byte of the rest is waited for. Replies are said in the
/// words of the meta dialect, and errors that somebody looks at in those of its texts.
/// </summary>
public static class BinaryReplyReader
{
    private const int FlagsLength = 4;
    private const int CountLength = 8;

    /// <summary>Reads the first reply in <paramref name="input"/>, if it is whole.</summary>
    /// <param name="input">Bytes received and not yet consumed.</param>
    /// <param name="reply">The reply; its spans point into <paramref name="input"/>, but for the texts of some errors.</param>
    /// <param name="consumed">How many bytes the reply took.</param>
    /// <param name="needed">When false: reading again is useless before the input is this long.</param>
    /// <exception cref="ProtocolException">The bytes are not a reply of memcached to one of our requests.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out Reply reply, out int consumed, out int needed)
    {
        reply = new Reply { Opaque = -1 };
        consumed = 0;
        // What is no binary peer is found out at its first byte, which is therefore looked at alone. memcached says "ERROR Too many open connections" in text to all.
        if (!input.IsEmpty && input[0] != BinaryHeader.Reply)
            throw new ProtocolException("A reply does not begin with the magic byte of binary ones; a server that speaks text, or has no connection left, begins so", input[..1]);
        needed = input.IsEmpty ? 1 : BinaryHeader.Length;
        if (input.Length < BinaryHeader.Length) return false;

        var opcode = (BinaryOpcode)input[BinaryHeader.Opcode];
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(input[BinaryHeader.KeyLength..]);
        int extrasLength = input[BinaryHeader.ExtrasLength];
        int status = BinaryPrimitives.ReadUInt16BigEndian(input[BinaryHeader.Status..]);
        var bodyLength = BinaryPrimitives.ReadUInt32BigEndian(input[BinaryHeader.BodyLength..]);
        var opaque = BinaryPrimitives.ReadUInt32BigEndian(input[BinaryHeader.Opaque..]);
        var valueLength = bodyLength - keyLength - extrasLength; // A long: it may be below zero.
        if (input[BinaryHeader.DataType] != 0 || opaque > ushort.MaxValue || !(status == 0 ? IsAnswer(opcode, keyLength, extrasLength, valueLength) : IsRefusal(opcode, keyLength, extrasLength, valueLength)))
            throw new ProtocolException($"A header that no reply to our requests can have: 0x{(int)opcode:x2}, status {status}, {extrasLength} bytes of extras, {keyLength} of key, {bodyLength} in all");

        var whole = BinaryHeader.Length + (int)bodyLength;
        if (input.Length < whole)
        {
            needed = whole;
            return false;
        }
        reply.Opcode = opcode;
        reply.Opaque = (int)opaque;
        reply.Cas = BinaryPrimitives.ReadUInt64BigEndian(input[BinaryHeader.Cas..]);
        var extras = input.Slice(BinaryHeader.Length, extrasLength);
        reply.Key = input.Slice(BinaryHeader.Length + extrasLength, keyLength);
        var value = input[(BinaryHeader.Length + extrasLength + keyLength)..whole];
        if (status == 0) ReadAnswer(opcode, extras, value, ref reply);
        else ReadRefusal(opcode, status, value, ref reply);
        consumed = whole;
        return true;
    }

    // What the lengths of a reply must be: sums of what is announced are made in 64 bits, and nothing may be less than nothing (CVE-2020-10931).
    private static bool IsAnswer(BinaryOpcode opcode, int key, int extras, long value) => opcode switch
    {
        BinaryOpcode.GetK or BinaryOpcode.GatK => extras == FlagsLength && key is > 0 and <= CacheKey.MaxLength && value is >= 0 and <= ReplyReader.MaxValue,
        BinaryOpcode.Set or BinaryOpcode.Add or BinaryOpcode.Replace or BinaryOpcode.Append or BinaryOpcode.Prepend
            or BinaryOpcode.Delete or BinaryOpcode.Flush or BinaryOpcode.NoOp => extras == 0 && key == 0 && value == 0,
        // Some servers answer without the flags.
        BinaryOpcode.Touch => extras is 0 or FlagsLength && key == 0 && value == 0,
        BinaryOpcode.Increment or BinaryOpcode.Decrement => extras == 0 && key == 0 && value == CountLength,
        BinaryOpcode.Version or BinaryOpcode.SaslList or BinaryOpcode.SaslAuth => extras == 0 && key == 0 && value is >= 0 and <= ReplyReader.MaxLine,
        // The last one of many has neither name nor figure.
        BinaryOpcode.Stat => extras == 0 && key <= ReplyReader.MaxLine && value is >= 0 and <= ReplyReader.MaxLine && (key > 0 || value == 0),
        _ => false,
    };

    // "Not found" with the key that was asked for, where there is an echo; or a text.
    private static bool IsRefusal(BinaryOpcode opcode, int key, int extras, long value) =>
        Enum.IsDefined(opcode) && extras == 0 && value is >= 0 and <= ReplyReader.MaxLine
        && (key == 0 || (opcode is BinaryOpcode.GetK or BinaryOpcode.GatK && key <= CacheKey.MaxLength));

    private static void ReadAnswer(BinaryOpcode opcode, ReadOnlySpan<byte> extras, ReadOnlySpan<byte> value, ref Reply reply)
    {
        if (!extras.IsEmpty) reply.ClientFlags = BinaryPrimitives.ReadUInt32BigEndian(extras);
        switch (opcode)
        {
            case BinaryOpcode.GetK or BinaryOpcode.GatK:
                reply.Code = ReplyCode.Value;
                reply.Value = value;
                break;
            case BinaryOpcode.Increment or BinaryOpcode.Decrement:
                reply.Code = ReplyCode.Value;
                reply.Count = BinaryPrimitives.ReadUInt64BigEndian(value);
                break;
            case BinaryOpcode.Stat:
                reply.Code = reply.Key.IsEmpty ? ReplyCode.End : ReplyCode.Stat;
                reply.Value = value;
                break;
            case BinaryOpcode.Version:
                reply.Code = ReplyCode.Version;
                reply.Text = value;
                break;
            case BinaryOpcode.NoOp:
                reply.Code = ReplyCode.NoOp;
                break;
            case BinaryOpcode.Flush or BinaryOpcode.SaslList or BinaryOpcode.SaslAuth:
                reply.Code = ReplyCode.Ok;
                reply.Text = value;
                break;
            default:
                reply.Code = ReplyCode.Done;
                break;
        }
    }

    // What a status means depends on the command: memcached says "exists" to an Add, and "not found" to a Replace, that it did not carry out.
    private static void ReadRefusal(BinaryOpcode opcode, int status, ReadOnlySpan<byte> text, ref Reply reply)
    {
        switch (status)
        {
            case 0x01 when opcode is BinaryOpcode.GetK or BinaryOpcode.GatK or BinaryOpcode.Touch:
                reply.Code = ReplyCode.Miss;
                break;
            case 0x01 when opcode == BinaryOpcode.Stat: // no such group
                reply.Code = ReplyCode.ClientError;
                reply.Text = text;
                break;
            case 0x01:
                reply.Code = opcode == BinaryOpcode.Replace ? ReplyCode.NotStored : ReplyCode.NotFound;
                break;
            case 0x02:
                reply.Code = opcode == BinaryOpcode.Add ? ReplyCode.NotStored : ReplyCode.Exists;
                break;
            case 0x03:
                reply.Code = ReplyCode.ServerError;
                reply.Text = "object too large for cache"u8;
                break;
            case 0x04:
                reply.Code = ReplyCode.ClientError;
                reply.Text = text;
                break;
            case 0x05:
                reply.Code = ReplyCode.NotStored;
                break;
            case 0x06:
                reply.Code = ReplyCode.ClientError;
                reply.Text = "cannot increment or decrement non-numeric value"u8;
                break;
            // memcached also says so to a flush that it does not allow (-F).
            case 0x08 or 0x20:
                reply.Code = opcode == BinaryOpcode.Flush ? ReplyCode.ClientError : ReplyCode.Unauthenticated;
                reply.Text = text;
                break;
            case 0x81 when opcode is BinaryOpcode.SaslList or BinaryOpcode.SaslAuth:
                reply.Code = ReplyCode.Error;
                reply.Text = text;
                break;
            // What an older server does not know is an error like any other: the stream is in step, and nobody else's call is to be lost for it.
            default:
                reply.Code = ReplyCode.ServerError;
                reply.Text = text;
                break;
        }
    }
}
