using System.Text;

namespace ActorCache;

/// <summary>
/// The grammar of connection strings, both ways: parts between semicolons, the first of which may be the servers and nothing else, all others
/// <c>name=value</c>. A value with semicolons, or with spaces at its ends, stands in quotes, double or single; within them, two are one.
/// </summary>
internal static class ConnectionString
{
    private const string Redacted = "***";

    /// <summary>Each setting in turn. One without a name is the servers if it comes first, else a fault; one without a value is a fault.</summary>
    public static IEnumerable<(string? Name, string? Value)> Parts(string text)
    {
        for (var at = 0; at < text.Length; at++)
        {
            var end = text.AsSpan(at).IndexOfAny('=', ';') is var found && found < 0 ? text.Length : at + found;
            var word = text[at..end].Trim();
            at = end;
            if (end < text.Length && text[end] == '=')
            {
                yield return (word, Value(text, ref at));
            }
            else if (word.Length > 0)
            {
                yield return (null, word);
            }
        }
    }

    /// <summary>What is not as it is by default, in a form that reads back; secrets shown or not.</summary>
    public static string Write(ActorCacheOptions options, bool withSecrets)
    {
        var defaults = new ActorCacheOptions();
        var text = new StringBuilder();
        foreach (var key in OptionKey.All)
        {
            var value = key.Write(options);
            if (value == key.Write(defaults)) continue;
            if (text.Length > 0) text.Append(';');
            var written = key.IsSecret && !withSecrets ? Redacted : Quoted(value);
            // The servers come first, and need no name unless they could be read as something else.
            if (key.Name == nameof(ActorCacheOptions.Servers) && !written.AsSpan().ContainsAny("=\"")) text.Append(written);
            else text.Append(key.SnakeName).Append('=').Append(written);
        }
        return text.ToString();
    }

    // From the equals sign to the semicolon behind the value; null when its quotes are not in order.
    private static string? Value(string text, ref int at)
    {
        var start = at + 1;
        while (start < text.Length && char.IsWhiteSpace(text[start])) start++;
        if (start == text.Length || text[start] is not ('"' or '\''))
        {
            at = text.IndexOf(';', start) is var end && end < 0 ? text.Length : end;
            return text[start..at].Trim();
        }

        var quote = text[start];
        var value = new StringBuilder();
        for (at = start + 1; at < text.Length; at++)
        {
            if (text[at] != quote) value.Append(text[at]);
            else if (at + 1 < text.Length && text[at + 1] == quote) value.Append(text[at++]);
            else break;
        }
        var closed = at < text.Length;
        var rest = closed ? at + 1 : at;
        at = text.IndexOf(';', rest) is var next && next < 0 ? text.Length : next;
        return closed && text.AsSpan(rest, at - rest).IsWhiteSpace() ? value.ToString() : null;
    }

    private static string Quoted(string value) =>
        value.Contains(';') || (value.Length > 0 && (value[0] is '"' or '\'' || char.IsWhiteSpace(value[0]) || char.IsWhiteSpace(value[^1])))
            ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : value;
}
