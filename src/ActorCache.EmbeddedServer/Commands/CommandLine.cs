using System.Runtime.CompilerServices;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>
/// One line of input, cut at its spaces. As in memcached, spaces alone separate (a tab does not), a NUL ends the line, and only the
/// first 23 words are looked at, except by the get family, which reads on from the text.
/// </summary>
internal ref struct CommandLine
{
    private const int MaxWords = 23;

    private Words _words;

    public CommandLine(ReadOnlySpan<byte> text)
    {
        var nul = text.IndexOf((byte)0);
        Text = nul < 0 ? text : text[..nul];
        var at = 0;
        while (Count < MaxWords && NextWord(Text, ref at, out var start, out var length))
        {
            _words[Count++] = (start, length);
        }
    }

    public ReadOnlySpan<byte> Text { get; }

    public int Count { get; private set; }

    public readonly ReadOnlySpan<byte> this[int word] => Text.Slice(_words[word].Start, _words[word].Length);

    public readonly ReadOnlySpan<byte> Last => this[Count - 1];

    /// <summary>Where a word begins in <see cref="Text"/>; the text's end if there is no such word.</summary>
    public readonly int StartOf(int word) => word < Count ? _words[word].Start : Text.Length;

    /// <summary>The word at or after a position, which moves behind it.</summary>
    public static bool NextWord(ReadOnlySpan<byte> text, ref int at, out int start, out int length)
    {
        while (at < text.Length && text[at] == ' ')
        {
            at++;
        }
        start = at;
        var rest = text[at..];
        var space = rest.IndexOf((byte)' ');
        length = space < 0 ? rest.Length : space;
        at += length;
        return length > 0;
    }

    [InlineArray(MaxWords)]
    private struct Words
    {
        private (int Start, int Length) _first;
    }
}
