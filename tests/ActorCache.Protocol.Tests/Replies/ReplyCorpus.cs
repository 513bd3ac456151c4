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

    private ReplyCorpus(Reader reader, IEnumerable<string> replies)
    {
        Replies = [.. replies.Take(200).Select(Encoding.Latin1.GetBytes)];
        Stream = [.. Replies.SelectMany(reply => reply)];
        Read = [.. Replies.Select(reply => ReplyCopy.Read(Encoding.Latin1.GetString(reply), reader))];
    }

    public static ReplyCorpus Meta { get; } = new(ReplyReader.TryRead, MetaByHand.Concat(DrawnMeta(new Random(200))));

    public static ReplyCorpus Classic { get; } = new(ClassicReplyReader.TryRead, ClassicByHand.Concat(DrawnClassic(new Random(200))));

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
}
