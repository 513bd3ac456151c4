using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>How one cache's keys go onto the wire: behind its prefix, and what memcached does not take as it is, encoded or not at all.</summary>
internal sealed class KeyRules
{
    /// <summary>The longest prefix: the longest of what is made of keys still fits behind it.</summary>
    public const int LongestPrefix = 200;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly byte[] _prefix;
    private readonly bool _encodes;
    private readonly bool _isPlain;

    public KeyRules(ActorCacheOptions options)
    {
        _prefix = Encoding.UTF8.GetBytes(options.KeyPrefix);
        _encodes = options.KeyPolicy == KeyPolicy.Encode;
        _isPlain = _prefix.Length == 0 && !_encodes;
    }

    /// <summary>Keys of any length and any characters are taken.</summary>
    public bool Encodes => _encodes;

    /// <summary>How many bytes the prefix takes of every key.</summary>
    public int PrefixLength => _prefix.Length;

    /// <summary>Writes the key as operations keep it, and returns its length in bytes.</summary>
    /// <param name="key">The caller's.</param>
    /// <param name="destination">At least <see cref="CacheKey.MaxEncoded"/> bytes.</param>
    /// <exception cref="ArgumentNullException">The key is null.</exception>
    /// <exception cref="ArgumentException">The key is empty or, if keys are not encoded, not one that memcached takes.</exception>
    public int Encode(string key, Span<byte> destination)
    {
        if (_isPlain) return CacheKey.Encode(key, destination);
        if (!_encodes || string.IsNullOrEmpty(key)) return CacheKey.Encode(key, _prefix, destination);

        // Three bytes of UTF-8 for a char at most, and the prefix.
        var room = ArrayPool<byte>.Shared.Rent(_prefix.Length + (key.Length * 3));
        try
        {
            _prefix.CopyTo(room, 0);
            // A lone surrogate is no text, but a key all the same. No UTF-8 begins with 0xff.
            if (!StrictUtf8.TryGetBytes(key, room.AsSpan(_prefix.Length), out var length)) throw new InvalidOperationException("UTF-8 needs more than three bytes for a char.");
            return Encode(room.AsSpan(0, _prefix.Length + length), destination);
        }
        catch (EncoderFallbackException)
        {
            var chars = room.AsSpan(_prefix.Length, 1 + (2 * key.Length));
            chars[0] = 0xff;
            for (var i = 0; i < key.Length; i++) BinaryPrimitives.WriteUInt16LittleEndian(chars[(1 + (2 * i))..], key[i]);
            return Hash(chars, destination);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private int Encode(ReadOnlySpan<byte> bytes, Span<byte> destination)
    {
        var key = bytes[_prefix.Length..];
        // What looks like a hash is hashed: nobody makes up a key that is another one's hash.
        if (key.StartsWith(CacheKey.HashMark)) return Hash(key, destination);
        if (bytes.Length <= CacheKey.MaxLength && CacheKey.IsLegal(bytes))
        {
            bytes.CopyTo(destination);
            return bytes.Length;
        }
        if (CacheKey.IsLegal(bytes) || Base64.GetMaxEncodedToUtf8Length(bytes.Length) > CacheKey.MaxLength) return Hash(key, destination);
        destination[0] = CacheKey.Base64Mark;
        Base64.EncodeToUtf8(bytes, destination[1..], out _, out var written);
        return 1 + written;
    }

    private int Hash(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        _prefix.CopyTo(destination);
        return _prefix.Length + CacheKey.Hash(key, destination[_prefix.Length..]);
    }
}
