using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace ActorCache.Protocol;

/// <summary>
/// Reads the replies of memcached's meta dialect out of a receive buffer (protocol.txt, "Meta Commands", "Error strings", "Statistics"). Incomplete input
/// answers false and says how many bytes to wait for, so that a reply that drips in is not parsed anew for each byte; wrong input throws
/// with the offending bytes, and no others: the line may hold a key, and what is thrown goes to a log. Nothing is allocated, whatever
/// length the peer claims.
/// </summary>
public static class ReplyReader
{
    /// <summary>No line of memcached is longer; a peer that sends so many bytes without a line end is not one.</summary>
    public const int MaxLine = 8192;

    /// <summary>The largest item any memcached can be configured to keep (<c>-I 1g</c>).</summary>
    public const int MaxValue = 1 << 30;

    /// <summary>Reads the first reply in <paramref name="input"/>, if it is whole.</summary>
    /// <param name="input">Bytes received and not yet consumed.</param>
    /// <param name="reply">The reply; its spans point into <paramref name="input"/>.</param>
    /// <param name="consumed">How many bytes the reply took.</param>
    /// <param name="needed">When false: reading again is useless before the input is this long.</param>
    /// <exception cref="ProtocolException">The bytes are not a reply of memcached.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out Reply reply, out int consumed, out int needed)
    {
        reply = new Reply { Opaque = -1 };
        consumed = 0;
        needed = input.Length + 1;

        if (!TryReadLine(input, out var line, out var next))
        {
            RefuseEarly(input);
            return false;
        }
        var space = line.IndexOf((byte)' ');
        var word = space < 0 ? line : line[..space];
        var rest = space < 0 ? [] : line[(space + 1)..];

        reply.Code = CodeOf(word);
        switch (reply.Code)
        {
            case ReplyCode.Value:
                return TryReadValue(input, rest, next, ref reply, out consumed, ref needed);
            case ReplyCode.Done or ReplyCode.Miss or ReplyCode.NotFound or ReplyCode.NotStored or ReplyCode.Exists:
                ReadFlags(rest, ref reply);
                break;
            case ReplyCode.NoOp or ReplyCode.Ok or ReplyCode.End or ReplyCode.Reset:
                if (space >= 0) throw new ProtocolException("Nothing may follow this reply code", line);
                break;
            case ReplyCode.Stat:
                ReadFigure(rest, ref reply);
                break;
            default:
                reply.Text = rest;
                break;
        }
        consumed = next;
        return true;
    }

    /// <summary>Finds the line at the head of the input, in whichever dialect; false when its end has not come yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static bool TryReadLine(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line, out int next)
    {
        line = default;
        var end = input[..Math.Min(input.Length, MaxLine)].IndexOf((byte)'\n');
        next = end + 1;
        if (end < 0)
        {
            return input.Length < MaxLine ? false : throw new ProtocolException($"A reply line is over {MaxLine} bytes", FirstWord(input));
        }
        if (end == 0 || input[end - 1] != '\r')
            throw new ProtocolException("A reply line does not end in CR LF", input[Math.Max(0, end - 1)..(end + 1)]);
        line = input[..(end - 1)];
        return true;
    }

    // "VA <size> <flags>*\r\n<data block>\r\n"
    private static bool TryReadValue(ReadOnlySpan<byte> input, ReadOnlySpan<byte> rest, int dataStart,
        ref Reply reply, out int consumed, ref int needed)
    {
        consumed = 0;
        if (!Utf8Parser.TryParse(rest, out int size, out var digits) || rest[0] is < (byte)'0' or > (byte)'9' || size > MaxValue
            || (digits < rest.Length && rest[digits] != ' '))
            throw new ProtocolException("A value's length is not a number that memcached could mean", FirstWord(rest));

        var whole = dataStart + size + 2;
        if (input.Length < whole)
        {
            // The terminator's first byte can be judged before the second is there; the value itself cannot.
            needed = whole;
            return false;
        }
        if (!input.Slice(dataStart + size, 2).SequenceEqual("\r\n"u8))
            throw new ProtocolException("A value is not followed by CR LF", input.Slice(dataStart + size, 2));

        ReadFlags(digits == rest.Length ? [] : rest[(digits + 1)..], ref reply);
        reply.Value = input.Slice(dataStart, size);
        consumed = whole;
        return true;
    }

    /// <summary>"STAT &lt;name&gt; &lt;value&gt;", in either dialect of text; the value may hold spaces, or be missing.</summary>
    internal static void ReadFigure(ReadOnlySpan<byte> rest, ref Reply reply)
    {
        var space = rest.IndexOf((byte)' ');
        reply.Key = space < 0 ? rest : rest[..space];
        reply.Value = space < 0 ? [] : rest[(space + 1)..];
    }

    // "<flag>*": a letter, and its token right behind it.
    private static void ReadFlags(ReadOnlySpan<byte> flags, ref Reply reply)
    {
        while (!flags.IsEmpty)
        {
            var space = flags.IndexOf((byte)' ');
            var flag = space < 0 ? flags : flags[..space];
            flags = space < 0 ? [] : flags[(space + 1)..];
            if (flag.IsEmpty) throw new ProtocolException("A reply has an empty flag");

            var token = flag[1..];
            switch (flag[0])
            {
                case (byte)'O': reply.Opaque = Number<ushort>(flag); break;
                case (byte)'k': reply.Key = token; break;
                case (byte)'c': reply.Cas = Number<ulong>(flag); break;
                case (byte)'f': reply.ClientFlags = Number<uint>(flag); break;
                case (byte)'t': reply.TimeToLive = token.SequenceEqual("-1"u8) ? -1 : Number<uint>(flag); break;
                case (byte)'s': reply.Size = Number<uint>(flag); break;
                case (byte)'W': reply.Won = true; break;
                case (byte)'X': reply.Stale = true; break;
                case (byte)'Z': reply.WonByAnother = true; break;
                case (byte)'b' or (byte)'h' or (byte)'l': break;
                default: throw new ProtocolException("A reply has a flag that was not asked for", flag);
            }
        }
    }

    // Digits alone: .NET would also take a sign before them, and white space and zero bytes behind.
    private static T Number<T>(ReadOnlySpan<byte> flag) where T : struct, IUtf8SpanParsable<T> =>
        flag[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0
        && T.TryParse(flag[1..], System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProtocolException("A flag's number is not one", flag);

    private static ReplyCode CodeOf(ReadOnlySpan<byte> word)
    {
        if (word.Length == 2)
        {
            switch ((word[0] << 8) | word[1])
            {
                case ('V' << 8) | 'A': return ReplyCode.Value;
                case ('H' << 8) | 'D': return ReplyCode.Done;
                case ('E' << 8) | 'N': return ReplyCode.Miss;
                case ('N' << 8) | 'F': return ReplyCode.NotFound;
                case ('N' << 8) | 'S': return ReplyCode.NotStored;
                case ('E' << 8) | 'X': return ReplyCode.Exists;
                case ('M' << 8) | 'N': return ReplyCode.NoOp;
                case ('O' << 8) | 'K': return ReplyCode.Ok;
            }
        }
        if (word.SequenceEqual("STAT"u8)) return ReplyCode.Stat;
        if (word.SequenceEqual("END"u8)) return ReplyCode.End;
        if (word.SequenceEqual("RESET"u8)) return ReplyCode.Reset;
        if (word.SequenceEqual("VERSION"u8)) return ReplyCode.Version;
        if (word.SequenceEqual("SERVER_ERROR"u8)) return ReplyCode.ServerError;
        if (word.SequenceEqual("CLIENT_ERROR"u8)) return ReplyCode.ClientError;
        if (word.SequenceEqual("ERROR"u8)) return ReplyCode.Error;
        throw new ProtocolException("A reply begins with no known code", word);
    }

    // A peer that is not memcached is found out at its first bytes, not after 8 KiB of them: every code is upper-case letters.
    private static void RefuseEarly(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty && input[0] is < (byte)'A' or > (byte)'Z')
            throw new ProtocolException("A reply begins with no known code", FirstWord(input));
    }

    /// <summary>As much of the bytes as may be shown: what follows may be a key.</summary>
    internal static ReadOnlySpan<byte> FirstWord(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf((byte)' ') is var space and >= 0 ? bytes[..space] : bytes;
}
