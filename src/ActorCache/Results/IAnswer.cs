namespace ActorCache;

/// <summary>What the answers to calls of all kinds have in common: to compare those of several servers.</summary>
internal interface IAnswer
{
    CacheOutcome Outcome { get; }

    string? Server { get; }

    /// <summary>What a counter has come to; else 0.</summary>
    ulong Number => 0;

    /// <summary>A request went out that nobody answered.</summary>
    bool MayHaveBeenApplied => false;

    /// <summary>It is from a server that only stands in for the key's owner.</summary>
    bool FromStandIn => false;

    /// <summary>A server has said so.</summary>
    bool IsFromServer => Outcome is not (CacheOutcome.Unavailable or CacheOutcome.TimedOut or CacheOutcome.Overloaded);
}
