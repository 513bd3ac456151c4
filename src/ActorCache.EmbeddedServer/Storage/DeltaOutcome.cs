namespace ActorCache.EmbeddedServer.Storage;

/// <summary>How an increment or decrement ended.</summary>
internal enum DeltaOutcome
{
    Changed,
    NotFound,
    NonNumeric,
    CasMismatch,
}
