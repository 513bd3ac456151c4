namespace ActorCache.EmbeddedServer.Storage;

/// <summary>What a storage command wants of the item that may already be there.</summary>
internal enum StoreMode
{
    Set,
    Add,
    Replace,
    Append,
    Prepend,
    Cas,
}
