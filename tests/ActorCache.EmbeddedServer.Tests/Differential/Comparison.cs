using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;

namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>
/// Holds one conversation with two servers and compares what they said, byte for byte. Cas numbers are told relative to the last one before
/// the conversation: <c>{cas+1}</c> in a conversation is the first one given out in it, <c>{+1}</c> in an answer too.
/// </summary>
internal static partial class Comparison
{
    // A second may end between two commands on one server and not on the other, and memcached has threads of its own that touch items;
    // a difference that matters comes back every time.
    private const int Tries = 20;

    // No byte on the wire is this character.
    private const char Separator = '\u2016';

    /// <summary>What differs, or null, if the whole conversation is sent at once and ends with the end of the stream.</summary>
    public static Task<string?> DifferenceAsync(IPEndPoint expected, IPEndPoint actual, string conversation)
        => DifferenceAsync(expected, actual, conversation, Wire.ConverseAsync);

    /// <summary>What differs, or null, if each command is answered before the next is sent.</summary>
    public static Task<string?> DifferenceInStepsAsync(IPEndPoint expected, IPEndPoint actual, IReadOnlyList<string> commands)
        => DifferenceAsync(expected, actual, string.Join(Separator, commands), ConverseInStepsAsync);

    private static async Task<string> ConverseInStepsAsync(IPEndPoint server, string commands)
    {
        using var wire = await Wire.ConnectAsync(server);
        var answers = new StringBuilder();
        foreach (var command in commands.Split(Separator))
        {
            // A command may be quiet: the no-op behind it always answers.
            answers.Append(await wire.AskAsync(command + "\r\nmn\r\n", "MN\r\n"));
        }
        return answers.ToString();
    }

    private static async Task<string?> DifferenceAsync(
        IPEndPoint expected,
        IPEndPoint actual,
        string conversation,
        Func<IPEndPoint, string, Task<string>> converse)
    {
        for (var attempt = 1; ; attempt++)
        {
            var there = await HoldAsync(expected, conversation, converse);
            var here = await HoldAsync(actual, conversation, converse);
            if (there == here)
            {
                return null;
            }
            if (attempt == Tries)
            {
                var same = there.AsSpan().CommonPrefixLength(here);
                return $"To\n{Visible(conversation, 0)}\nmemcached says\n{Visible(there, same)}\nwe say\n{Visible(here, same)}\n";
            }
        }
    }

    private static async Task<string> HoldAsync(IPEndPoint server, string conversation, Func<IPEndPoint, string, Task<string>> converse)
    {
        var start = await Wire.ConverseAsync(server, "flush_all\r\nms origin 0 c\r\n\r\nmd origin\r\n");
        var origin = ulong.Parse(CasNumber().Match(start).ValueSpan[2..], CultureInfo.InvariantCulture);
        var text = Placeholder().Replace(
            conversation, match => $"{origin + ulong.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)}");
        var answer = await converse(server, text);
        return SecondsUntil2038().Replace(CasNumber().Replace(answer, match => Relative(match, origin)), "$1long");
    }

    private static string Relative(Match match, ulong origin)
    {
        var digits = match.ValueSpan[match.ValueSpan.LastIndexOfAnyExceptInRange('0', '9')..][1..];
        var given = ulong.Parse(digits, CultureInfo.InvariantCulture);
        return given > origin ? $"{match.ValueSpan[..^digits.Length]}{{+{given - origin}}}" : match.Value;
    }

    // The part around a position, with what is not text made visible.
    private static string Visible(string text, int position)
    {
        const int Before = 200;
        const int Shown = 3000;
        var start = Math.Max(0, position - Before);
        var part = text[start..Math.Min(start + Shown, text.Length)].Replace("\r\n", "|\n", StringComparison.Ordinal);
        return string.Concat(part.Select(c => c is '\n' or Separator or (>= ' ' and < (char)127) ? $"{c}" : $"\\x{(int)c:x2}"));
    }

    [GeneratedRegex(@"\{cas\+(\d+)\}")]
    private static partial Regex Placeholder();

    // The time left until an absolute time: the servers' seconds do not begin together, so they may well differ by one.
    [GeneratedRegex(@"( t|exp=-)\d{8,9}(?=[ \r])")]
    private static partial Regex SecondsUntil2038();

    // HD c12 | VA 2 k c12 | ME .. cas=12 | VALUE k 0 2 12
    [GeneratedRegex(@"(?<=^(HD|VA|EX|NS|NF)\b[^\r]*) c\d+|(?<=^ME [^\r]*) cas=\d+|(?<=^VALUE \S+ \d+ \d+) \d+", RegexOptions.Multiline)]
    private static partial Regex CasNumber();
}
