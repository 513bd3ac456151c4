namespace ActorCache.EmbeddedServer.Storage;

/// <summary>How a storage command ended.</summary>
internal enum StoreOutcome
{
    Stored,
    NotStored,
    Exists,
    NotFound,
}
