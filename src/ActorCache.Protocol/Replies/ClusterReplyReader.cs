using System.Buffers.Text;
using System.Text;

namespace ActorCache.Protocol;

/// <summary>
/// Reads what a configuration endpoint answers, ElastiCache's addition to the text protocol (its guide, "Adding auto discovery to your client
/// library", output format). One reply is one configuration, asked for once in a while, so unlike the other readers this one allocates. A list
/// with a single entry that cannot be is refused as a whole: half a list would be half a pool.
/// </summary>
public static class ClusterReplyReader
{
    /// <summary>The longest list that is read, in bytes: some ten thousand servers.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>The key of the older way to ask, a <c>get</c>: for engines before 1.4.14.</summary>
    public static ReadOnlySpan<byte> OldKey => "AmazonElastiCache:cluster"u8;

    private static ReadOnlySpan<byte> End => "\r\nEND\r\n"u8;

    /// <summary>Reads the answer to <c>config get cluster</c>, or to a <c>get</c> of <see cref="OldKey"/>, if it is whole.</summary>
    /// <param name="input">Everything received since the question.</param>
    /// <param name="configuration">The configuration; null when the server does not know the command, or has none.</param>
    /// <param name="needed">When false: reading again is useless before the input is this long.</param>
    /// <exception cref="ProtocolException">The bytes are no such answer.</exception>
    public static bool TryRead(ReadOnlySpan<byte> input, out ClusterConfiguration? configuration, out int needed)
    {
        configuration = null;
        needed = input.Length + 1;
        if (!ReplyReader.TryReadLine(input, out var line, out var start)) return false;
        // "CONFIG cluster <flags> <bytes>", and of old "VALUE AmazonElastiCache:cluster <flags> <bytes>"
        var rest = line.StartsWith("CONFIG cluster "u8) ? line["CONFIG cluster "u8.Length..]
            : line.StartsWith("VALUE AmazonElastiCache:cluster "u8) ? line["VALUE AmazonElastiCache:cluster "u8.Length..] : [];
        if (rest.IsEmpty)
        {
            if (!line.SequenceEqual("ERROR"u8) && !line.SequenceEqual("END"u8)) throw new ProtocolException("That is no cluster's configuration", line);
            if (input.Length > start) throw new ProtocolException("A reply came that nobody asked for");
            return true;
        }
        var space = rest.IndexOf((byte)' ');
        if (space < 0 || !TryNumber(rest[(space + 1)..], MaxLength, out var length)) throw new ProtocolException($"A configuration's length is no number up to {MaxLength}", rest);

        var whole = start + (int)length + End.Length;
        if (input.Length < whole)
        {
            needed = whole;
            return false;
        }
        if (!input[(start + (int)length)..].SequenceEqual(End)) throw new ProtocolException("A configuration does not end where it says");
        configuration = Read(input.Slice(start, (int)length));
        return true;
    }

    // "<version>\n<host>|<ip>|<port> <host>|<ip>|<port> ...\n"
    private static ClusterConfiguration Read(ReadOnlySpan<byte> text)
    {
        var lineEnd = text.IndexOf((byte)'\n');
        if (lineEnd < 0 || !TryNumber(text[..lineEnd].TrimEnd((byte)'\r'), long.MaxValue, out var version)) throw new ProtocolException("A configuration has no version", text);
        var nodes = new List<ClusterNode>();
        var list = text[(lineEnd + 1)..].TrimEnd("\r\n "u8);
        foreach (var entry in list.Split((byte)' '))
        {
            if (!list[entry].IsEmpty) nodes.Add(Node(list[entry]));
        }
        if (nodes.Count == 0) throw new ProtocolException("A configuration names no server", text);
        if (nodes.Distinct().Count() < nodes.Count) throw new ProtocolException("A configuration names a server twice", text);
        return new ClusterConfiguration(version, nodes);
    }

    // The address may be left out; a host that has no name is called by it.
    private static ClusterNode Node(ReadOnlySpan<byte> entry)
    {
        var first = entry.IndexOf((byte)'|');
        var last = entry.LastIndexOf((byte)'|');
        if (first < 0 || last == first || entry[(first + 1)..last].Contains((byte)'|')) throw new ProtocolException("A server is not written host|address|port", entry);
        var host = first > 0 ? entry[..first] : entry[1..last];
        if (host.IsEmpty || host.IndexOfAnyExceptInRange((byte)0x21, (byte)0x7e) >= 0) throw new ProtocolException("A server has no host", entry);
        if (!TryNumber(entry[(last + 1)..], ushort.MaxValue, out var port) || port == 0) throw new ProtocolException("A server has no port", entry);
        return new ClusterNode(Encoding.ASCII.GetString(host), (int)port);
    }

    private static bool TryNumber(ReadOnlySpan<byte> digits, long max, out long number) =>
        Utf8Parser.TryParse(digits, out number, out var read) && read == digits.Length && char.IsAsciiDigit((char)digits[0]) && number <= max;
}
