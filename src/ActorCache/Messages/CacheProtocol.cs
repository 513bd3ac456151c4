namespace ActorCache;

/// <summary>
/// What actors ask the cache, with raw bytes: <c>gateway.Ask&lt;GetReply&gt;(new CacheProtocol.Get("user:1"))</c>. The same path as
/// <see cref="IActorCache"/>, which says what the parameters mean. Every request is answered within the operation timeout; a wrong
/// argument is answered by <c>Status.Failure</c>, which Ask throws.
/// </summary>
public static class CacheProtocol
{
    /// <summary>Read a value. Answered by <see cref="GetReply"/>.</summary>
    public sealed record Get(string Key) : ICacheRequest;

    /// <summary>Read many values. Answered by <see cref="GetManyReply"/>.</summary>
    public sealed record GetMany(IReadOnlyList<string> Keys) : ICacheRequest;

    /// <summary>Store a value. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Set(string Key, ReadOnlyMemory<byte> Value, TimeSpan? Ttl = null) : ICacheRequest;

    /// <summary>Delete an item. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Delete(string Key) : ICacheRequest;

    /// <summary>Give an item a new time to live. Answered by <see cref="StoreReply"/>.</summary>
    public sealed record Touch(string Key, TimeSpan Ttl) : ICacheRequest;

    /// <summary>Add to a counter. Answered by <see cref="CounterReply"/>.</summary>
    public sealed record Increment(string Key, ulong By = 1, ulong? Initial = null, TimeSpan? Ttl = null) : ICacheRequest;
}
