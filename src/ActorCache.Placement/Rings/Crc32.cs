using System.Globalization;

namespace ActorCache.Placement;

/// <summary>The CRC-32 of zlib, Ruby's <c>Zlib.crc32</c> (polynomial 0xedb88320). Written out because the base library has none.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    public static uint Of(ReadOnlySpan<byte> source) => ~Append(uint.MaxValue, source);

    /// <summary>Of a number's decimal digits with the source behind them.</summary>
    public static uint Of(int number, ReadOnlySpan<byte> source)
    {
        Span<byte> digits = stackalloc byte[11];
        number.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        return ~Append(Append(uint.MaxValue, digits[..count]), source);
    }

    private static uint Append(uint crc, ReadOnlySpan<byte> source)
    {
        foreach (var value in source)
            crc = crc >> 8 ^ Table[(byte)(crc ^ value)];
        return crc;
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var i = 0u; i < table.Length; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
            table[i] = crc;
        }
        return table;
    }
}
