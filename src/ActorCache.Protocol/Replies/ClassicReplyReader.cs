using System.Buffers.Text;

namespace ActorCache.Protocol;

/// <summary>
/// Reads the replies of memcached's classic dialect out of a receive buffer (protocol.txt, "Storage commands" and on), by the rules of
/// <see cref="ReplyReader"/>: incomplete input answers false and says how many bytes to wait for, wrong input throws with the offending
/// bytes and never a key, nothing is allocated. It does not know what was asked: that a reply is an answer to it is for others to judge. A get
/// has one key here, so its value and the END behind it are one reply.
/// </summary>
public static class ClassicReplyReader
{
    private static ReadOnlySpan<byte> EndOfValue => "\r\nEND\r\n"u8;

    /// <summary>Reads the first reply in <paramref name="input"/>, if it is whole.</summary>
    /// <param name="input">Bytes received and not yet consumed.</param>
    /// <param name="reply">The reply; its spans point into <paramref name="input"/>.</param>
    /// <param name="consumed">How many bytes the reply took.</param>
    /// <param name="needed">When false: reading again is useless before the input is this long.</param>
    /// <exception cref="ProtocolException">The bytes are not a reply of memcached to requests for one key each.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out Reply reply, out int consumed, out int needed)
    {
        reply = new Reply { Opaque = -1 };
        consumed = 0;
        needed = input.Length + 1;
        if (!ReplyReader.TryReadLine(input, out var line, out var next))
        {
            RefuseEarly(input);
            return false;
        }
        if (!line.IsEmpty && char.IsAsciiDigit((char)line[0]))
        {
            ReadNumber(line, ref reply);
            consumed = next;
            return true;
        }

        var space = line.IndexOf((byte)' ');
        var word = space < 0 ? line : line[..space];
        reply.Code = CodeOf(word);
        switch (reply.Code)
        {
            case ReplyCode.Value:
                return TryReadValue(input, space < 0 ? [] : line[(space + 1)..], next, ref reply, out consumed, ref needed);
            case ReplyCode.Stat:
                ReplyReader.ReadFigure(space < 0 ? [] : line[(space + 1)..], ref reply);
                break;
            case ReplyCode.Version or ReplyCode.Error or ReplyCode.ClientError or ReplyCode.ServerError:
                reply.Text = space < 0 ? [] : line[(space + 1)..];
                break;
            default:
                if (space >= 0) throw new ProtocolException("Nothing may follow this reply code", word);
                break;
        }
        consumed = next;
        return true;
    }

    // "VALUE <key> <flags> <bytes> [<cas unique>]\r\n<data block>\r\nEND\r\n"
    private static bool TryReadValue(ReadOnlySpan<byte> input, ReadOnlySpan<byte> rest, int dataStart,
        ref Reply reply, out int consumed, ref int needed)
    {
        consumed = 0;
        reply.Key = WordOf(rest, out rest);
        if (reply.Key.IsEmpty) throw new ProtocolException("A value has no key");
        reply.ClientFlags = (uint)Number(WordOf(rest, out rest), uint.MaxValue, "A value's flags are not a number that memcached could mean");
        var size = (int)Number(WordOf(rest, out rest), ReplyReader.MaxValue, "A value's length is not a number that memcached could mean");
        if (!rest.IsEmpty) reply.Cas = Number(WordOf(rest, out rest), ulong.MaxValue, "A value's version is not a number that memcached could mean");
        if (!rest.IsEmpty) throw new ProtocolException("A value's line goes on behind its version");

        var whole = dataStart + size + EndOfValue.Length;
        if (input.Length < whole)
        {
            needed = whole;
            return false;
        }
        var end = input.Slice(dataStart + size, EndOfValue.Length);
        if (!end.SequenceEqual(EndOfValue)) throw new ProtocolException("A value is not followed by CR LF and END", end[..2]);
        reply.Value = input.Slice(dataStart, size);
        consumed = whole;
        return true;
    }

    // "<value>\r\n": "the new value of the item's data, after the increment or decrement was done". Shorter than before, it may end in spaces.
    private static void ReadNumber(ReadOnlySpan<byte> line, ref Reply reply)
    {
        reply.Code = ReplyCode.Number;
        reply.Value = line.TrimEnd((byte)' ');
        Number(reply.Value, ulong.MaxValue, "A line that begins with a digit is no number");
    }

    // Digits alone: .NET would also take a sign before them.
    private static ulong Number(ReadOnlySpan<byte> word, ulong largest, string otherwise) =>
        !word.IsEmpty && char.IsAsciiDigit((char)word[0]) && Utf8Parser.TryParse(word, out ulong number, out var read) && read == word.Length && number <= largest
            ? number
            : throw new ProtocolException(otherwise, word);

    private static ReadOnlySpan<byte> WordOf(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> rest)
    {
        var space = line.IndexOf((byte)' ');
        rest = space < 0 ? [] : line[(space + 1)..];
        return space < 0 ? line : line[..space];
    }

    private static ReplyCode CodeOf(ReadOnlySpan<byte> word)
    {
        if (word.SequenceEqual("VALUE"u8)) return ReplyCode.Value;
        if (word.SequenceEqual("END"u8)) return ReplyCode.End;
        if (word.SequenceEqual("STORED"u8)) return ReplyCode.Stored;
        if (word.SequenceEqual("NOT_STORED"u8)) return ReplyCode.NotStored;
        if (word.SequenceEqual("EXISTS"u8)) return ReplyCode.Exists;
        if (word.SequenceEqual("NOT_FOUND"u8)) return ReplyCode.NotFound;
        if (word.SequenceEqual("DELETED"u8)) return ReplyCode.Deleted;
        if (word.SequenceEqual("TOUCHED"u8)) return ReplyCode.Touched;
        if (word.SequenceEqual("OK"u8)) return ReplyCode.Ok;
        if (word.SequenceEqual("STAT"u8)) return ReplyCode.Stat;
        if (word.SequenceEqual("RESET"u8)) return ReplyCode.Reset;
        if (word.SequenceEqual("VERSION"u8)) return ReplyCode.Version;
        if (word.SequenceEqual("SERVER_ERROR"u8)) return ReplyCode.ServerError;
        if (word.SequenceEqual("CLIENT_ERROR"u8)) return ReplyCode.ClientError;
        if (word.SequenceEqual("ERROR"u8)) return ReplyCode.Error;
        throw new ProtocolException("A reply begins with no known code", word);
    }

    // As of ReplyReader, and a number may come too.
    private static void RefuseEarly(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty && !char.IsAsciiLetterUpper((char)input[0]) && !char.IsAsciiDigit((char)input[0]))
            throw new ProtocolException("A reply begins with no known code", ReplyReader.FirstWord(input));
    }
}
