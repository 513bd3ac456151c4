using System.Text;

namespace ActorCache.Protocol;

/// <summary>The peer sent bytes that are not memcached's protocol. Whoever reads this connection must close it.</summary>
public sealed class ProtocolException : Exception
{
    private const int Shown = 64;

    /// <summary>Says what is wrong and shows the first bytes that were, printable ones as they are, others as <c>\xNN</c>.</summary>
    public ProtocolException(string message, ReadOnlySpan<byte> offending)
        : base($"{message}: \"{Printable(offending)}\"")
    {
    }

    /// <summary>For a violation that no single run of bytes shows.</summary>
    public ProtocolException(string message) : base(message) { }

    internal static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var b in bytes[..Math.Min(bytes.Length, Shown)])
        {
            if (b is >= 0x20 and < 0x7f and not (byte)'"' and not (byte)'\\') text.Append((char)b);
            else text.Append("\\x").Append(b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture));
        }
        if (bytes.Length > Shown) text.Append("...");
        return text.ToString();
    }
}
