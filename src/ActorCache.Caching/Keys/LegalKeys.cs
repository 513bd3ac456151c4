using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Caching;

/// <summary>
/// Makes a key that every cache and dialect takes out of any string, for callers who cannot be told what a key may be: HybridCache hands down what
/// its own callers gave it. What is legal stays as it is; the rest becomes <c>##</c> and the first half of its SHA-256 in hexadecimal.
/// </summary>
/// <remarks>
/// Two strings never become one key: a legal one that begins with <c>##</c> is hashed too. So is one with a <c>~</c>, which would be a key of the
/// cache's own (<see cref="IActorCache"/>), and the empty one. No hash that is merely quick: whoever can make two keys of one hash reads another's value.
/// </remarks>
public sealed class LegalKeys
{
    private const string Mark = "##";
    private const int HashBytes = 16;
    private const int HashLength = 2 + (2 * HashBytes);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly SearchValues<char> Illegal = SearchValues.Create(
        [.. Enumerable.Range(0, 0x21).Select(code => (char)code), '\x7f', '~']);

    private readonly string _prefix;
    private readonly int _room;

    /// <param name="maxBytes">How many bytes of UTF-8 what is made of a key may have: <see cref="IActorCache.MaxKeyBytes"/>.</param>
    /// <param name="prefix">What it begins with; counted in those. End it with a delimiter.</param>
    /// <exception cref="ArgumentException">The prefix is not made as keys are, or leaves no room for a hash (34 bytes).</exception>
    public LegalKeys(int maxBytes, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (!IsLegal(prefix, maxBytes)) throw new ArgumentException($"Prefix \"{prefix}\" is not made as a key is: no spaces, no control characters, no '~', at most {maxBytes} bytes.", nameof(prefix));
        _prefix = prefix;
        _room = maxBytes - StrictUtf8.GetByteCount(prefix);
        if (_room < HashLength) throw new ArgumentException($"{maxBytes} bytes for a key, of which prefix \"{prefix}\" takes {maxBytes - _room}, leave no room for the {HashLength} of a hash; shorten it.", nameof(prefix));
    }

    /// <summary>What a key is stored under; the same string for an ordinary key without a prefix.</summary>
    public string For(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return _prefix + (key.Length > 0 && !key.StartsWith(Mark, StringComparison.Ordinal) && IsLegal(key, _room) ? key : Hash(key));
    }

    private static bool IsLegal(string text, int maxBytes)
    {
        if (text.Length > maxBytes || text.AsSpan().ContainsAny(Illegal)) return false;
        if (Ascii.IsValid(text)) return true;
        return IsWellFormed(text) && Encoding.UTF8.GetByteCount(text) <= maxBytes;
    }

    // A lone surrogate has no UTF-8.
    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i])) continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[++i])) return false;
        }
        return true;
    }

    // Of the UTF-16 it is given: that is a key's identity, and exists of a lone surrogate too.
    private static string Hash(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(BitConverter.IsLittleEndian ? MemoryMarshal.AsBytes(key.AsSpan()) : Encoding.Unicode.GetBytes(key), hash);
        return Mark + Convert.ToHexStringLower(hash[..HashBytes]);
    }
}
