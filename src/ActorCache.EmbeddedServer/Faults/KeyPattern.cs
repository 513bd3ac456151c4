using System.Text;

namespace ActorCache.EmbeddedServer;

/// <summary>A pattern for keys: <c>*</c> is any text, <c>?</c> any one byte, everything else itself.</summary>
internal sealed class KeyPattern(string pattern)
{
    private readonly byte[] _pattern = Encoding.UTF8.GetBytes(pattern);

    public bool Matches(ReadOnlySpan<byte> key)
    {
        // Greedy with one way back: the last star takes one byte more. Linear for patterns people write.
        var (inPattern, inKey) = (0, 0);
        var (star, starKey) = (-1, 0);
        while (inKey < key.Length)
        {
            if (inPattern < _pattern.Length && _pattern[inPattern] == '*')
            {
                (star, starKey) = (inPattern++, inKey);
            }
            else if (inPattern < _pattern.Length && (_pattern[inPattern] == '?' || _pattern[inPattern] == key[inKey]))
            {
                inPattern++;
                inKey++;
            }
            else if (star >= 0)
            {
                inPattern = star + 1;
                inKey = ++starKey;
            }
            else
            {
                return false;
            }
        }
        return _pattern.AsSpan(inPattern).TrimStart((byte)'*').IsEmpty;
    }
}
