namespace ActorCache.Chaos;

/// <summary>Numbers from and as text, the same on every machine and in every run.</summary>
internal static class Text
{
    /// <summary>A number for a text; the runtime's own hash differs from process to process.</summary>
    public static int Sum(string text) => text.Aggregate(17, (sum, letter) => unchecked(sum * 31 + letter));

    public static string Ms(double? milliseconds) => milliseconds is { } ms ? ms < 10 ? $"{ms:0.0}" : $"{ms:0}" : "-";
}
