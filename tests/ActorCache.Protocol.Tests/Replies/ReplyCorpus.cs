using System.Globalization;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Two hundred replies of one dialect as memcached sends them: each shape by hand, and the rest drawn from their grammar.</summary>
internal sealed class ReplyCorpus
{
    private static readonly string[] MetaByHand =
    [
        "HD\r\n", "EN\r\n", "NF O1\r\n", "NS O2\r\n", "EX O3\r\n", "MN\r\n", "OK\r\n", "END\r\n", "RESET\r\n", "ERROR\r\n",
        "ERROR Too many open connections\r\n", "CLIENT_ERROR bad command line format\r\n",
        "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n", "SERVER_ERROR out of memory storing object\r\n",
        "SERVER_ERROR object too large for cache\r\n", "VERSION 1.6.18\r\n", "STAT pid 42\r\n", "STAT version 1.6.18\r\n",
        "EN kuser:42 O65535\r\n", "HD kuser:42 O0\r\n", "VA 0 O1\r\n\r\n", "VA 0\r\n\r\n", "VA 2 kk c1 O1\r\n\r\n\r\n",
        "VA 5 kk c1 O1\r\nEND\r\n\r\n", "VA 12 kk c1 O1\r\nVA 1 O1\r\nx\r\n\r\n", "VA 1 O12\r\n5\r\n",
        "VA 2 ka c1 f0 t30 s2 h1 l0 O9\r\nhi\r\n", "VA 2 ka t-1 W X Z O9\r\n\r\r\r\n",
    ];

    private static readonly string[] ClassicByHand =
    [
        "STORED\r\n", "NOT_STORED\r\n", "EXISTS\r\n", "NOT_FOUND\r\n", "DELETED\r\n", "TOUCHED\r\n", "OK\r\n", "END\r\n", "RESET\r\n", "ERROR\r\n",
        "ERROR Too many open connections\r\n", "CLIENT_ERROR bad command line format\r\n",
        "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n", "SERVER_ERROR out of memory storing object\r\n",
        "SERVER_ERROR object too large for cache\r\n", "VERSION 1.4.39\r\n", "STAT pid 42\r\n", "STAT version 1.4.39\r\n",
        "0\r\n", "18446744073709551615\r\n", "99  \r\n", "VALUE k 0 0\r\n\r\nEND\r\n", "VALUE k 4294967295 2 18446744073709551615\r\n\r\n\r\nEND\r\n",
        "VALUE k 1 5\r\nEND\r\n\r\nEND\r\n", "VALUE END 0 25 7\r\nx\r\nEND\r\nVALUE k 0 1\r\nx\r\nE\r\nEND\r\n",
    ];

    private static readonly string[] BinaryByHand =
    [
        BinaryFrame.Reply(BinaryFrame.NoOp, 0), BinaryFrame.Reply(BinaryFrame.Version, 65_535, value: "1.6.18"), BinaryFrame.Reply(BinaryFrame.Flush, 1),
        BinaryFrame.Reply(BinaryFrame.Stat, 2, key: "pid", value: "42"), BinaryFrame.Reply(BinaryFrame.Stat, 2),
        BinaryFrame.Reply(BinaryFrame.SaslList, 3, value: "PLAIN"), BinaryFrame.Reply(BinaryFrame.SaslAuth, 3, value: "Authenticated"), BinaryFrame.Reply(BinaryFrame.SaslAuth, 3, status: 0x20, value: "Auth failure."),
        BinaryFrame.Reply(BinaryFrame.SaslAuth, 3, status: 0x81, value: "Unknown command"), BinaryFrame.Reply(BinaryFrame.Increment, 4, value: new string('\u0081', 8), cas: 7),
        BinaryFrame.Reply(0x06, 4, status: 6, value: "Non-numeric server-side value for incr or decr"), BinaryFrame.Reply(BinaryFrame.Add, 5, status: 2, value: "Data exists for key."),
        BinaryFrame.Reply(BinaryFrame.Replace, 5, status: 1, value: "Not found"), BinaryFrame.Reply(BinaryFrame.Append, 5, status: 5, value: "Not stored."),
        BinaryFrame.Reply(0x0f, 5, status: 0x82, value: "Out of memory"), BinaryFrame.Reply(BinaryFrame.Set, 6, status: 3, value: "Too large."),
        BinaryFrame.Reply(BinaryFrame.Set, 6, cas: ulong.MaxValue), BinaryFrame.Reply(BinaryFrame.Delete, 7), BinaryFrame.Reply(BinaryFrame.Delete, 7, status: 1, value: "Not found"),
        BinaryFrame.Reply(BinaryFrame.Touch, 8, extras: "\0\0\0\u0005", cas: 9), BinaryFrame.Reply(BinaryFrame.Touch, 8, status: 1, value: "Not found"),
        BinaryFrame.Reply(BinaryFrame.GetK, 9, status: 1, key: "user:42"), BinaryFrame.Hit(10, "k", ""), BinaryFrame.Hit(11, new string('k', 250), "\u0081\u000c\0\u0001", flags: uint.MaxValue),
        BinaryFrame.Reply(BinaryFrame.GatK, 12, key: "k", extras: "\0\0\0\0", value: BinaryFrame.Hit(12, "k", "a reply inside a value")),
    ];

    private ReplyCorpus(Reader reader, IEnumerable<string> replies)
    {
        Replies = [.. replies.Take(200).Select(Encoding.Latin1.GetBytes)];
        Stream = [.. Replies.SelectMany(reply => reply)];
        Read = [.. Replies.Select(reply => ReplyCopy.Read(Encoding.Latin1.GetString(reply), reader))];
    }

    public static ReplyCorpus Meta { get; } = new(ReplyReader.TryRead, MetaByHand.Concat(DrawnMeta(new Random(200))));

    public static ReplyCorpus Classic { get; } = new(ClassicReplyReader.TryRead, ClassicByHand.Concat(DrawnClassic(new Random(200))));

    public static ReplyCorpus Binary { get; } = new(BinaryReplyReader.TryRead, BinaryByHand.Concat(DrawnBinary(new Random(200))));

    public IReadOnlyList<byte[]> Replies { get; }

    public byte[] Stream { get; }

    /// <summary>The replies one by one, each read whole.</summary>
    public IReadOnlyList<ReplyCopy> Read { get; }

    private static IEnumerable<string> DrawnMeta(Random random)
    {
        string[] codes = ["HD", "EN", "NF", "NS", "EX"];
        string[] alphabet = ["\r", "\n", "\r\n", "a", "VA ", "END\r\n", "\0", "\u00ff", " "];
        while (true)
        {
            var flags = string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => " " + Flag(random)));
            if (random.Next(2) == 0)
            {
                yield return $"{codes[random.Next(codes.Length)]}{flags}\r\n";
                continue;
            }
            var value = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            yield return $"VA {value.Length}{flags}\r\n{value}\r\n";
        }
    }

    private static string Flag(Random random) => random.Next(9) switch
    {
        0 => "O" + random.Next(65_536).ToString(CultureInfo.InvariantCulture),
        1 => "k" + new string((char)random.Next('!', '~'), random.Next(1, 60)),
        2 => "c" + random.NextInt64().ToString(CultureInfo.InvariantCulture),
        3 => "f" + random.Next().ToString(CultureInfo.InvariantCulture),
        4 => "t" + random.Next(-1, 100).ToString(CultureInfo.InvariantCulture),
        5 => "s" + random.Next().ToString(CultureInfo.InvariantCulture),
        6 => "W",
        7 => "X",
        _ => "Z",
    };

    private static IEnumerable<string> DrawnClassic(Random random)
    {
        string[] lines = ["STORED", "NOT_STORED", "EXISTS", "NOT_FOUND", "DELETED", "TOUCHED", "END", "1234567"];
        string[] alphabet = ["\r", "\n", "\r\n", "a", "VALUE ", "END\r\n", "\0", "\u00ff", " "];
        while (true)
        {
            if (random.Next(2) == 0)
            {
                yield return $"{lines[random.Next(lines.Length)]}\r\n";
                continue;
            }
            var key = new string((char)random.Next('!', '~'), random.Next(1, 60));
            var value = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            var cas = random.Next(2) == 0 ? "" : " " + random.NextInt64().ToString(CultureInfo.InvariantCulture);
            yield return $"VALUE {key} {random.Next()} {value.Length}{cas}\r\n{value}\r\nEND\r\n";
        }
    }

    private static IEnumerable<string> DrawnBinary(Random random)
    {
        int[] withoutValue = [BinaryFrame.Set, BinaryFrame.Add, BinaryFrame.Replace, BinaryFrame.Delete, BinaryFrame.Append, BinaryFrame.NoOp, BinaryFrame.Flush];
        string[] alphabet = ["\u0081", "\u0080", "\0", "\u0081\u000c\0\u0001", "a", "\r\n", "\u00ff"];
        while (true)
        {
            var (opaque, cas) = (random.Next(65_536), (ulong)random.NextInt64());
            if (random.Next(2) == 0)
            {
                yield return BinaryFrame.Reply(withoutValue[random.Next(withoutValue.Length)], opaque, cas: cas);
                continue;
            }
            var key = new string((char)random.Next('!', '~'), random.Next(1, 60));
            var value = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            yield return BinaryFrame.Hit(opaque, key, value, cas, (uint)random.Next());
        }
    }
}
