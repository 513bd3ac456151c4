using System.Buffers;

namespace ActorCache;

/// <summary>
/// A pool of memcached servers as one cache that keeps answering while servers die, hang and come back. A singleton, thread-safe, and
/// usable before the host has started. Operational outcomes are values (<see cref="CacheOutcome"/>); exceptions are for wrong arguments,
/// the caller's own cancellation, use after shutdown, and values that do not deserialize.
/// </summary>
/// <remarks>
/// <para>Keys are 1 to 250 bytes of UTF-8 without spaces and control characters, <see cref="ActorCacheOptions.KeyPrefix"/> included, or any with
/// <see cref="KeyPolicy.Encode"/>; times to live are above zero, rounded up to whole
/// seconds, and null means for ever.</para>
/// <para>Every call ends within <see cref="ActorCacheOptions.OperationTimeout"/>. A cancelled call detaches the caller; the server may
/// still carry the request out.</para>
/// <para>Values of type <c>byte[]</c>, <c>ReadOnlyMemory&lt;byte&gt;</c> and <c>string</c> (UTF-8) are stored as they are, integers as
/// ASCII digits (so counters read as integers), everything else by <see cref="ActorCacheOptions.Serializer"/>: as JSON. Bytes to be stored are
/// borrowed, not copied: they must not change before the call has ended. A value that is stored and cannot be read here throws
/// <see cref="CacheValueException"/>, or what its serializer throws.</para>
/// <para>Append and prepend put bytes to bytes: to a value that is compressed or lies in parts they do harm, and it is unreadable, or a Miss,
/// afterwards.</para>
/// </remarks>
public interface IActorCache
{
    /// <summary>The cache's name; <c>default</c> unless it was given one.</summary>
    string Name { get; }

    /// <summary>What state the servers are in, and where keys go.</summary>
    IActorCacheMonitor Monitor { get; }

    /// <summary>Reads a value.</summary>
    /// <returns>Hit with the value, Miss, or why there is no answer: Unavailable, TimedOut, Overloaded, ServerError.</returns>
    ValueTask<CacheResult<T>> GetAsync<T>(string key, CancellationToken ct = default);

    /// <summary>Reads a value and gives the item a new time to live, in one round trip.</summary>
    ValueTask<CacheResult<T>> GetAndTouchAsync<T>(string key, TimeSpan ttl, CancellationToken ct = default);

    /// <summary>Reads many values at once, each answered for itself: a dead server costs its keys a reroute, never the call.</summary>
    /// <param name="keys">Any number; a key given twice is asked once. One bad key throws before anything is sent.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>One result for every distinct key.</returns>
    ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> GetManyAsync<T>(IEnumerable<string> keys, CancellationToken ct = default);

    /// <summary>Stores a value, whatever was there.</summary>
    ValueTask<StoreResult> SetAsync<T>(string key, T value, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Stores a value as <paramref name="options"/> say: add, replace, append, prepend, compare-and-swap.</summary>
    ValueTask<StoreResult> StoreAsync<T>(string key, T value, StoreOptions options, CancellationToken ct = default);

    /// <summary>Stores many values at once, each answered for itself.</summary>
    ValueTask<IReadOnlyDictionary<string, StoreResult>> SetManyAsync<T>(IEnumerable<KeyValuePair<string, T>> items, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Deletes an item. Stored: it was there and is gone. NotFound: it was not there.</summary>
    ValueTask<StoreResult> DeleteAsync(string key, CancellationToken ct = default);

    /// <summary>Gives an item a new time to live. Stored: done. NotFound: it is not there.</summary>
    ValueTask<StoreResult> TouchAsync(string key, TimeSpan ttl, CancellationToken ct = default);

    /// <summary>Adds to a counter, which wraps at 2^64.</summary>
    /// <param name="key">The counter: an item of ASCII digits.</param>
    /// <param name="by">How much.</param>
    /// <param name="initial">With a value, a missing counter is created with it (it is not added to); without, the answer is NotFound.</param>
    /// <param name="ttl">With <paramref name="initial"/>: how long a counter lives that this call creates. Without: the counter's new time to live.</param>
    /// <param name="ct">Detaches the caller.</param>
    ValueTask<CounterResult> IncrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Takes from a counter, which stops at 0. Parameters as for <see cref="IncrementAsync"/>.</summary>
    ValueTask<CounterResult> DecrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Reads a value's bytes into the caller's buffer; the result's value is how many were written. Written to only on a hit.</summary>
    ValueTask<CacheResult<long>> GetRawAsync(string key, IBufferWriter<byte> destination, CancellationToken ct = default);

    /// <summary>Stores bytes. They must not change before the call has ended.</summary>
    ValueTask<StoreResult> SetRawAsync(string key, ReadOnlySequence<byte> value, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Invalidates every item on every server that can be reached.</summary>
    ValueTask<FlushResult> FlushAllAsync(CancellationToken ct = default);
}
