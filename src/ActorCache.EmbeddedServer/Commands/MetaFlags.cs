using System.Buffers.Text;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>
/// The flags of a meta command, read once before anything happens: protocol.txt, "Meta Commands". Every meta command reads the same
/// set and ignores what it has no use for, as memcached does.
/// </summary>
internal ref struct MetaFlags
{
    // Words a meta command may have, itself and its key included.
    private const int MaxWords = 19;

    // The O and up to 31 bytes behind it: protocol.txt says 32, memcached 1.6.18 counts the letter.
    private const int MaxOpaque = 32;

    public bool Quiet;
    public bool Value;
    public bool NoBump;
    public bool Vivify;
    public bool Invalidate;
    public bool HasCas;
    public bool HasExpiry;
    public bool KeyIsBinary;
    public byte Mode;
    public uint Expiry;
    public uint VivifyExpiry;
    public uint RecacheBefore;
    public uint ClientFlags;
    public ulong Cas;
    public ulong Delta;
    public ulong Initial;

    /// <summary>The key, decoded if it came as base64.</summary>
    public ReadOnlySpan<byte> Key;

    public static bool TooMany(in CommandLine line) => line.Count > MaxWords;

    public static bool IsOverlongOpaque(ReadOnlySpan<byte> flag) => flag.Length > MaxOpaque;

    /// <summary>
    /// Reads the flags from a word on. All are read before the last mistake is told, but a flag that is unknown or there twice ends it.
    /// </summary>
    /// <param name="line">The command line; its second word is the key.</param>
    /// <param name="first">The word of the first flag.</param>
    /// <param name="context">Its clock turns times to live into server seconds; it has room for a base64 key.</param>
    /// <param name="error">What to answer if there is a mistake.</param>
    public bool TryRead(in CommandLine line, int first, CommandContext context, out ReadOnlySpan<byte> error)
    {
        Key = line[1];
        Delta = 1;
        error = "CLIENT_ERROR bad command line format"u8;
        var valid = true;
        UInt128 seen = 0;
        for (var word = first; word < line.Count; word++)
        {
            var flag = line[word];
            var token = flag[1..];
            var bit = UInt128.One << flag[0];
            if (flag[0] >= 127 || (seen & bit) != 0)
            {
                error = "CLIENT_ERROR duplicate flag"u8;
                return false;
            }
            seen |= bit;
            switch (flag[0])
            {
                case (byte)'b':
                    KeyIsBinary = true;
                    if (!TryDecodeKey(line[1], context.DecodedKey, out Key))
                    {
                        error = "CLIENT_ERROR error decoding key"u8;
                        valid = false;
                    }
                    break;
                case (byte)'N':
                    Vivify = true;
                    valid &= TryExpiry(token, context.Clock, out VivifyExpiry, ref error);
                    break;
                case (byte)'T':
                    HasExpiry = true;
                    valid &= TryExpiry(token, context.Clock, out Expiry, ref error);
                    break;
                case (byte)'R':
                    valid &= TryExpiry(token, context.Clock, out RecacheBefore, ref error);
                    break;
                case (byte)'C':
                    HasCas = true;
                    if (!CNumber.TryUInt64(token, out Cas))
                    {
                        error = "CLIENT_ERROR bad token in command line format"u8;
                        valid = false;
                    }
                    break;
                case (byte)'F':
                    valid &= CNumber.TryUInt32(token, out ClientFlags);
                    break;
                case (byte)'M':
                    if (token.Length == 1)
                    {
                        Mode = token[0];
                    }
                    else
                    {
                        error = "CLIENT_ERROR incorrect length for M token"u8;
                        valid = false;
                    }
                    break;
                case (byte)'J':
                    if (!CNumber.TryUInt64(token, out Initial))
                    {
                        error = "CLIENT_ERROR invalid numeric initial value"u8;
                        valid = false;
                    }
                    break;
                case (byte)'D':
                    if (!CNumber.TryUInt64(token, out Delta))
                    {
                        error = "CLIENT_ERROR invalid numeric delta value"u8;
                        valid = false;
                    }
                    break;
                case (byte)'v':
                    Value = true;
                    break;
                case (byte)'u':
                    NoBump = true;
                    break;
                case (byte)'q':
                    Quiet = true;
                    break;
                case (byte)'I':
                    Invalidate = true;
                    break;
                default:
                    if ("OPLkstcflh"u8.Contains(flag[0]))
                    {
                        // Known, and looked at when the reply is written; P and L are a proxy's and mean nothing here.
                        break;
                    }
                    error = "CLIENT_ERROR invalid flag"u8;
                    return false;
            }
        }
        return valid;
    }

    /// <summary>Decodes a base64 key; one that decodes to nothing is none.</summary>
    public static bool TryDecodeKey(ReadOnlySpan<byte> text, Span<byte> room, out ReadOnlySpan<byte> key)
    {
        var status = Base64.DecodeFromUtf8(text, room, out var read, out var written);
        key = room[..written];
        return status == System.Buffers.OperationStatus.Done && read == text.Length && written > 0;
    }

    private static bool TryExpiry(ReadOnlySpan<byte> token, ServerClock clock, out uint expiry, ref ReadOnlySpan<byte> error)
    {
        if (CNumber.TryInt32(token, out var exptime))
        {
            expiry = clock.Expiry(exptime);
            return true;
        }
        expiry = 0;
        error = "CLIENT_ERROR bad token in command line format"u8;
        return false;
    }
}
