namespace ActorCache;

/// <summary>How a call ended, as telemetry counts it: its outcome, or the exception its caller got instead. Outcomes have the same numbers here.</summary>
internal enum CallEnd : byte
{
    Unavailable = CacheOutcome.Unavailable,
    Hit = CacheOutcome.Hit,
    Miss = CacheOutcome.Miss,
    Stored = CacheOutcome.Stored,
    NotStored = CacheOutcome.NotStored,
    Exists = CacheOutcome.Exists,
    NotFound = CacheOutcome.NotFound,
    TooLarge = CacheOutcome.TooLarge,
    NotANumber = CacheOutcome.NotANumber,
    ServerError = CacheOutcome.ServerError,
    TimedOut = CacheOutcome.TimedOut,
    Overloaded = CacheOutcome.Overloaded,
    NotSupported = CacheOutcome.NotSupported,

    /// <summary>Its caller gave up.</summary>
    Cancelled,

    /// <summary>It threw: a creator, a serializer, or a defect.</summary>
    Faulted,
}
