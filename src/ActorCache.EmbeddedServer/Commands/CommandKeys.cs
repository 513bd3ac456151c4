
namespace ActorCache.EmbeddedServer.Commands;

/// <summary>Which keys a command is about, as they stand in its line.</summary>
internal static class CommandKeys
{
    public static bool AnyMatches(in CommandLine line, KeyPattern pattern)
    {
        if (line.Count < 2)
        {
            return false;
        }
        var name = line[0];
        if (name.SequenceEqual("get"u8) || name.SequenceEqual("gets"u8))
        {
            return AnyFrom(line, 1, pattern);
        }
        if (name.SequenceEqual("gat"u8) || name.SequenceEqual("gats"u8))
        {
            return AnyFrom(line, 2, pattern);
        }
        return HasKey(name) && pattern.Matches(line[1]);
    }

    private static bool AnyFrom(in CommandLine line, int word, KeyPattern pattern)
    {
        var at = line.StartOf(word);
        while (CommandLine.NextWord(line.Text, ref at, out var start, out var length))
        {
            if (pattern.Matches(line.Text.Slice(start, length)))
            {
                return true;
            }
        }
        return false;
    }

    // Everything else that has a second word has a key there, except what speaks of the server.
    private static bool HasKey(ReadOnlySpan<byte> name)
        => !name.SequenceEqual("stats"u8) && !name.SequenceEqual("flush_all"u8) && !name.SequenceEqual("verbosity"u8)
            && !name.SequenceEqual("cache_memlimit"u8) && !name.SequenceEqual("mn"u8) && !name.SequenceEqual("version"u8);
}
