namespace ActorCache.EmbeddedServer.Commands;

/// <summary>
/// Numbers as memcached reads them, which is as C's strtol family does: leading white space and a plus sign are fine, what follows
/// white space after the digits is ignored, and a number too wide for its 32 bits loses the upper ones.
/// </summary>
internal static class CNumber
{
    public static bool TryInt32(ReadOnlySpan<byte> text, out int value)
    {
        var read = TryInt64(text, out var wide);
        value = unchecked((int)wide);
        return read;
    }

    public static bool TryUInt32(ReadOnlySpan<byte> text, out uint value)
    {
        var read = TryUInt64(text, out var wide);
        value = unchecked((uint)wide);
        return read;
    }

    public static bool TryInt64(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        if (!TryDigits(text, out var negative, out var magnitude) || magnitude > (negative ? 1UL << 63 : long.MaxValue))
        {
            return false;
        }
        value = unchecked((long)(negative ? 0 - magnitude : magnitude));
        return true;
    }

    public static bool TryUInt64(ReadOnlySpan<byte> text, out ulong value)
    {
        value = 0;
        if (!TryDigits(text, out var negative, out var magnitude))
        {
            return false;
        }
        // strtoull negates in 64 bits; memcached refuses a minus sign only if the outcome would be negative as a signed number.
        var wrapped = negative ? unchecked(0 - magnitude) : magnitude;
        if (negative && unchecked((long)wrapped) < 0)
        {
            return false;
        }
        value = wrapped;
        return true;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, out bool negative, out ulong magnitude)
    {
        negative = false;
        magnitude = 0;
        var at = 0;
        while (at < text.Length && IsSpace(text[at]))
        {
            at++;
        }
        if (at < text.Length && text[at] is (byte)'+' or (byte)'-')
        {
            negative = text[at] == '-';
            at++;
        }
        var first = at;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            var digit = (ulong)(text[at] - '0');
            if (magnitude > (ulong.MaxValue - digit) / 10)
            {
                return false;
            }
            magnitude = (magnitude * 10) + digit;
        }
        return at > first && (at == text.Length || text[at] == 0 || IsSpace(text[at]));
    }

    private static bool IsSpace(byte octet) => octet is (byte)' ' or (>= 9 and <= 13);
}
