using System.Globalization;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>Two hundred replies as memcached sends them: each shape by hand, and the rest drawn from their grammar.</summary>
internal static class ReplyCorpus
{
    private static readonly string[] ByHand =
    [
        "HD\r\n", "EN\r\n", "NF O1\r\n", "NS O2\r\n", "EX O3\r\n", "MN\r\n", "OK\r\n", "END\r\n", "RESET\r\n", "ERROR\r\n",
        "ERROR Too many open connections\r\n", "CLIENT_ERROR bad command line format\r\n",
        "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n", "SERVER_ERROR out of memory storing object\r\n",
        "SERVER_ERROR object too large for cache\r\n", "VERSION 1.6.18\r\n", "STAT pid 42\r\n", "STAT version 1.6.18\r\n",
        "EN kuser:42 O65535\r\n", "HD kuser:42 O0\r\n", "VA 0 O1\r\n\r\n", "VA 0\r\n\r\n", "VA 2 kk c1 O1\r\n\r\n\r\n",
        "VA 5 kk c1 O1\r\nEND\r\n\r\n", "VA 12 kk c1 O1\r\nVA 1 O1\r\nx\r\n\r\n", "VA 1 O12\r\n5\r\n",
        "VA 2 ka c1 f0 t30 s2 h1 l0 O9\r\nhi\r\n", "VA 2 ka t-1 W X Z O9\r\n\r\r\r\n",
    ];

    public static IReadOnlyList<byte[]> Replies { get; } =
        [.. ByHand.Concat(Drawn(new Random(200))).Take(200).Select(Encoding.Latin1.GetBytes)];

    public static byte[] Stream { get; } = [.. Replies.SelectMany(reply => reply)];

    /// <summary>The replies one by one, each read whole.</summary>
    public static IReadOnlyList<ReplyCopy> Read { get; } = [.. Replies.Select(reply => ReplyCopy.Read(Encoding.Latin1.GetString(reply)))];

    private static IEnumerable<string> Drawn(Random random)
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
}
