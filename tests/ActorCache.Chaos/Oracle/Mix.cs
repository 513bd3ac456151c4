namespace ActorCache.Chaos;

/// <summary>What callers call; what is left over are gets.</summary>
internal sealed record Mix
{
    public double Sets { get; init; } = 0.3;

    public double Deletes { get; init; } = 0.05;

    /// <summary>Gets of eight keys.</summary>
    public double Many { get; init; } = 0.02;

    /// <summary>Calls whose callers give up, at once or within 20 ms.</summary>
    public double Cancelled { get; init; }

    /// <summary>Most values are shorter than this.</summary>
    public int Usual { get; init; } = 500;

    /// <summary>One value of a thousand is this long.</summary>
    public int Largest { get; init; } = 50_000;

    /// <summary>From one call of a caller to its next; 0: none.</summary>
    public double PauseMs { get; init; }
}
