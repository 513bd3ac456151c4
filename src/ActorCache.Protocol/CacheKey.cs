using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ActorCache.Protocol;

/// <summary>
/// What a memcached key may be. Checked here, on the caller's stack, because the server does not protect us: it accepts control
/// characters, and a line feed inside a key is a second command (CVE-2022-27924).
/// </summary>
/// <remarks>
/// A key with bytes that are not allowed can still be sent in base64, to a server that speaks meta commands. Such a key is kept as
/// <see cref="Base64Mark"/>, which no other key begins with, and its base64 text.
/// </remarks>
public static class CacheKey
{
    /// <summary>The longest key memcached takes, in bytes (<c>KEY_MAX_LENGTH</c> of memcached.h); of one in base64, the text's.</summary>
    public const int MaxLength = 250;

    /// <summary>The room a key takes at most as it is kept: the longest text, and the mark before it.</summary>
    public const int MaxEncoded = MaxLength + 1;

    /// <summary>What a key begins with whose text is base64.</summary>
    public const byte Base64Mark = 0;

    private const int HashBytes = 16;
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>What a key begins with that is the hash of another: <c>~#</c>.</summary>
    public static ReadOnlySpan<byte> HashMark => "~#"u8;

    /// <summary>Writes <paramref name="key"/> as UTF-8 and returns its length in bytes.</summary>
    /// <param name="key">The key: 1 to 250 bytes of UTF-8, none of them 0x20 or below, nor 0x7f.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentException">The key is empty, too long, not well-formed, or holds a byte that would end the command.</exception>
    public static int Encode(string key, Span<byte> destination) => Encode(key, default, destination);

    /// <summary>As the other, behind a prefix that counts in the key's length.</summary>
    /// <param name="key">The key, without the prefix.</param>
    /// <param name="prefix">Bytes that are allowed in a key.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentException">As for the other; the message names the prefix.</exception>
    public static int Encode(string key, ReadOnlySpan<byte> prefix, Span<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (key.Length is 0 or > MaxLength) throw WrongLength(key, prefix);

        prefix.CopyTo(destination);
        int length;
        try
        {
            if (!StrictUtf8.TryGetBytes(key, destination[prefix.Length..MaxLength], out length)) throw WrongLength(key, prefix);
        }
        catch (EncoderFallbackException e)
        {
            throw new ArgumentException($"Key holds a lone surrogate at index {e.Index}; a key must be well-formed UTF-16.", nameof(key), e);
        }

        var own = destination.Slice(prefix.Length, length);
        var illegal = IndexOfIllegal(own);
        if (illegal >= 0) throw Illegal(own, illegal);
        return prefix.Length + length;
    }

    /// <summary>Checks a key that is bytes already.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Encode(string, Span{byte})"/>.</exception>
    public static void Check(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > MaxLength)
            throw new ArgumentException($"Key is {key.Length} bytes; memcached takes 1 to {MaxLength}.", nameof(key));
        var illegal = IndexOfIllegal(key);
        if (illegal >= 0) throw Illegal(key, illegal);
    }

    /// <summary>Whether all bytes are such as a key may have; of whatever length.</summary>
    public static bool IsLegal(ReadOnlySpan<byte> bytes) => IndexOfIllegal(bytes) < 0;

    /// <summary>Whether a key, as it is kept, goes onto the wire as base64.</summary>
    public static bool IsBase64(ReadOnlySpan<byte> key) => !key.IsEmpty && key[0] == Base64Mark;

    /// <summary>What goes onto the wire of a key as it is kept, and comes back as its echo.</summary>
    public static ReadOnlySpan<byte> TextOf(ReadOnlySpan<byte> key) => IsBase64(key) ? key[1..] : key;

    /// <summary>Writes <see cref="HashMark"/> and 32 hexadecimal digits, the first half of the bytes' SHA-256, and returns their length.</summary>
    /// <remarks>No hash that is merely quick: whoever can make two keys of one hash can read one tenant's value with another's key.</remarks>
    public static int Hash(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        HashMark.CopyTo(destination);
        Convert.TryToHexStringLower(hash[..HashBytes], destination[HashMark.Length..], out var written);
        return HashMark.Length + written;
    }

    /// <summary>The key to use, in place of one in base64, where meta commands are not understood: the hash of its bytes.</summary>
    /// <param name="key">A key as it is kept.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    /// <returns>The length; of a key that is no base64, its own, copied.</returns>
    public static int ToClassic(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (!IsBase64(key))
        {
            key.CopyTo(destination);
            return key.Length;
        }
        Span<byte> bytes = stackalloc byte[MaxLength];
        return Base64.DecodeFromUtf8(TextOf(key), bytes, out _, out var length) == OperationStatus.Done
            ? Hash(bytes[..length], destination)
            : throw new ArgumentException("Key is marked as base64, and is not.", nameof(key));
    }

    private static int IndexOfIllegal(ReadOnlySpan<byte> key)
    {
        var low = key.IndexOfAnyInRange((byte)0x00, (byte)0x20);
        return low >= 0 ? low : key.IndexOf((byte)0x7f);
    }

    private static ArgumentException WrongLength(string key, ReadOnlySpan<byte> prefix)
    {
        if (key.Length == 0) return new ArgumentException("Key is empty; memcached takes 1 to 250 bytes.", nameof(key));
        var bytes = Encoding.UTF8.GetByteCount(key);
        return new ArgumentException(prefix.IsEmpty
            ? $"Key is {bytes} bytes of UTF-8; memcached takes at most {MaxLength}."
            : $"Key is {bytes} bytes of UTF-8, and the prefix \"{Encoding.UTF8.GetString(prefix)}\" {prefix.Length} more; memcached takes at most {MaxLength}.", nameof(key));
    }

    private static ArgumentException Illegal(ReadOnlySpan<byte> key, int index) => new(
        $"Key holds the byte 0x{key[index]:x2} at {index}; spaces and control characters would end the key on the wire. Encode or hash such keys.",
        nameof(key));
}
