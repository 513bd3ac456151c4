// In the root namespace: callers of the facade name it too.
namespace ActorCache;

/// <summary>What a store does to an item that exists, or does not (the mode flag of <c>ms</c>).</summary>
public enum StoreMode
{
    /// <summary>Store, whatever was there.</summary>
    Set = 0,

    /// <summary>Store only if the key is absent (<c>ME</c>).</summary>
    Add,

    /// <summary>Store only if the key is present (<c>MR</c>).</summary>
    Replace,

    /// <summary>Put the bytes behind the stored ones (<c>MA</c>).</summary>
    Append,

    /// <summary>Put the bytes before the stored ones (<c>MP</c>).</summary>
    Prepend,
}
