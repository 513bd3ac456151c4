using System.Text;

namespace ActorCache.Protocol;

/// <summary>
/// What a memcached key may be. Checked here, on the caller's stack, because the server does not protect us: it accepts control
/// characters, and a line feed inside a key is a second command (CVE-2022-27924).
/// </summary>
public static class CacheKey
{
    /// <summary>The longest key memcached takes, in bytes (<c>KEY_MAX_LENGTH</c> of memcached.h).</summary>
    public const int MaxLength = 250;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes <paramref name="key"/> as UTF-8 and returns its length in bytes.</summary>
    /// <param name="key">The key: 1 to 250 bytes of UTF-8, none of them 0x20 or below, nor 0x7f.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentException">The key is empty, too long, not well-formed, or holds a byte that would end the command.</exception>
    public static int Encode(string key, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxLength) throw WrongLength(key);

        int length;
        try
        {
            if (!StrictUtf8.TryGetBytes(key, destination[..MaxLength], out length)) throw WrongLength(key);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Key holds a lone surrogate at index {e.Index}; a key must be well-formed UTF-16.", nameof(key), e);
        }

        var illegal = IndexOfIllegal(destination[..length]);
        if (illegal >= 0) throw Illegal(destination[..length], illegal);
        return length;
    }

    /// <summary>Checks a key that is bytes already.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Encode"/>.</exception>
    public static void Check(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > MaxLength)
            throw new ArgumentException($"Key is {key.Length} bytes; memcached takes 1 to {MaxLength}.", nameof(key));
        var illegal = IndexOfIllegal(key);
        if (illegal >= 0) throw Illegal(key, illegal);
    }

    private static int IndexOfIllegal(ReadOnlySpan<byte> key)
    {
        var low = key.IndexOfAnyInRange((byte)0x00, (byte)0x20);
        return low >= 0 ? low : key.IndexOf((byte)0x7f);
    }

    private static ArgumentException WrongLength(string key) => key.Length == 0
        ? new ArgumentException("Key is empty; memcached takes 1 to 250 bytes.", nameof(key))
        : new ArgumentException($"Key is {Encoding.UTF8.GetByteCount(key)} bytes of UTF-8; memcached takes at most {MaxLength}.", nameof(key));

    private static ArgumentException Illegal(ReadOnlySpan<byte> key, int index) => new(
        $"Key holds the byte 0x{key[index]:x2} at {index}; spaces and control characters would end the key on the wire. Encode or hash such keys.",
        nameof(key));
}
