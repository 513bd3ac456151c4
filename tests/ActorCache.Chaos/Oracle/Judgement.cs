namespace ActorCache.Chaos;

/// <summary>What the oracle says of a hit.</summary>
internal enum Judgement
{
    /// <summary>A version that could be there when the read began, or since.</summary>
    Right,

    /// <summary>The key's own, but older than what was acknowledged before the read began.</summary>
    Stale,

    /// <summary>Another key's, or damaged, or never written.</summary>
    Wrong,
}
