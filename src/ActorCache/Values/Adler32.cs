namespace ActorCache;

/// <summary>The checksum that ends a zlib stream (RFC 1950, section 8.2).</summary>
internal static class Adler32
{
    public const uint Empty = 1;
    private const uint Base = 65_521; // the largest prime below 2^16
    private const int Run = 5552;     // bytes that can be summed up before 32 bits overflow

    /// <summary>The checksum of what <paramref name="sum"/> is of, and <paramref name="bytes"/> behind it.</summary>
    public static uint Append(uint sum, ReadOnlySpan<byte> bytes)
    {
        var (low, high) = (sum & 0xffff, sum >> 16);
        while (!bytes.IsEmpty)
        {
            var run = bytes[..Math.Min(Run, bytes.Length)];
            foreach (var b in run) high += low += b;
            (low, high) = (low % Base, high % Base);
            bytes = bytes[run.Length..];
        }
        return (high << 16) | low;
    }
}
