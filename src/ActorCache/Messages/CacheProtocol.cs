namespace ActorCache;

/// <summary>
/// What actors ask the cache, with raw bytes: <c>gateway.Ask&lt;GetReply&gt;(new CacheProtocol.Get("user:1"))</c>. The same path as
/// <see cref="IActorCache"/>, which says what the parameters mean; what takes a function, such as to create a value, is there alone. Every request is answered within the operation timeout; a wrong
/// argument is answered by <c>Status.Failure</c>, which Ask throws.
/// </summary>
public static class CacheProtocol
{
    /// <summary>Read a value. Answered by <see cref="GetReply"/>.</summary>
    public sealed record Get(string Key) : ICacheRequest;

    /// <summary>Read a value and give the item a new time to live. Answered by <see cref="GetReply"/>.</summary>
    public sealed record GetAndTouch(string Key, TimeSpan Ttl) : ICacheRequest;

    /// <summary>Read many values. Answered by <see cref="GetManyReply"/>.</summary>
    public sealed record GetMany(IReadOnlyList<string> Keys) : ICacheRequest;

    /// <summary>Store a value. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Set(string Key, ReadOnlyMemory<byte> Value, TimeSpan? Ttl = null) : ICacheRequest;

    /// <summary>Store a value as <see cref="StoreOptions"/> say: add, replace, append, prepend, compare-and-swap. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Store(string Key, ReadOnlyMemory<byte> Value, StoreMode Mode = StoreMode.Set, ulong? Cas = null, TimeSpan? Ttl = null,
        IReadOnlyList<string>? Tags = null) : ICacheRequest;

    /// <summary>Store many values. Answered by <see cref="StoreManyReply"/>.</summary>
    public sealed record SetMany(IReadOnlyDictionary<string, ReadOnlyMemory<byte>> Items, TimeSpan? Ttl = null) : ICacheRequest;

    /// <summary>Delete an item. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Delete(string Key) : ICacheRequest;

    /// <summary>Delete many items. Answered by <see cref="StoreManyReply"/>.</summary>
    public sealed record DeleteMany(IReadOnlyList<string> Keys) : ICacheRequest;

    /// <summary>Give an item a new time to live. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Touch(string Key, TimeSpan Ttl) : ICacheRequest;

    /// <summary>Mark an item as stale, to be served for so long while somebody creates it anew. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Invalidate(string Key, TimeSpan StaleFor) : ICacheRequest;

    /// <summary>Invalidate a namespace as a whole. Answered by <see cref="StoreReply"/>, whose key is its name.</summary>
    public sealed record InvalidateNamespace(string Name) : ICacheRequest;

    /// <summary>Invalidate everything that was stored with a tag. Answered by <see cref="StoreReply"/>, whose key is the tag.</summary>
    public sealed record InvalidateTag(string Tag) : ICacheRequest;

    /// <summary>Invalidate everything that was stored with any of these tags. Answered by <see cref="StoreManyReply"/>, one answer a tag.</summary>
    public sealed record InvalidateTags(IReadOnlyList<string> Tags) : ICacheRequest;

    /// <summary>Add to a counter. Answered by <see cref="CounterReply"/>.</summary>
    public sealed record Increment(string Key, ulong By = 1, ulong? Initial = null, TimeSpan? Ttl = null) : ICacheRequest;

    /// <summary>Take from a counter. Answered by <see cref="CounterReply"/>.</summary>
    public sealed record Decrement(string Key, ulong By = 1, ulong? Initial = null, TimeSpan? Ttl = null) : ICacheRequest;

    /// <summary>Invalidate every item of one server, or of all. Answered by <see cref="FlushResult"/>.</summary>
    public sealed record FlushAll(TimeSpan Delay = default, string? Server = null) : ICacheRequest;

    /// <summary>Ask one server, or all, for statistics. Answered by <see cref="StatsResult"/>.</summary>
    public sealed record Stats(StatsGroup Group = StatsGroup.General, string? Server = null) : ICacheRequest;

    /// <summary>Ask one server, or all, for its version. Answered by <see cref="VersionResult"/>.</summary>
    public sealed record Version(string? Server = null) : ICacheRequest;
}
