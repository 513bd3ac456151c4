using System.Buffers;

namespace ActorCache;

/// <summary>
/// A pool of memcached servers as one cache that keeps answering while servers die, hang and come back. A singleton, thread-safe, and
/// usable before the host has started. Operational outcomes are values (<see cref="CacheOutcome"/>); exceptions are for wrong arguments,
/// the caller's own cancellation, use after shutdown, and values that do not deserialize.
/// </summary>
/// <remarks>
/// <para>Keys are 1 to 250 bytes of UTF-8 without spaces and control characters, <see cref="ActorCacheOptions.KeyPrefix"/> included, or any with
/// <see cref="KeyPolicy.Encode"/>. Those that begin with <c>~</c>, or with a namespace's name and <c>~</c>, are our own. Times to live are above zero,
/// rounded up to whole seconds, and null means for ever.</para>
/// <para>Every call ends within <see cref="ActorCacheOptions.OperationTimeout"/>, but for one that waits for a value to be created. A cancelled call
/// detaches the caller; the server may still carry the request out.</para>
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

    /// <summary>
    /// How many bytes of UTF-8 a key may have that goes to the servers as it is: memcached's 250, less what stands before every key of this cache or
    /// namespace. With <see cref="KeyPolicy.Encode"/> longer ones are hashed.
    /// </summary>
    int MaxKeyBytes { get; }

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

#pragma warning disable RS0026 // The one says all that most callers want, the other has a parameter of its own to be told by.
    /// <summary>Reads a value, and creates and stores it if it is not there: one creation, whoever waits for it.</summary>
    /// <param name="key">The value's.</param>
    /// <param name="create">Makes the value. Its token is cancelled when nobody in this process waits for it any more. Null is no value.</param>
    /// <param name="ttl">How long the value lives; null for ever.</param>
    /// <param name="ct">Detaches the caller; the creation goes on while another one waits for it.</param>
    /// <returns>
    /// Hit: it was there. Stored: it was created, and the cache has it. Else it was created and is not in the cache, and why: Unavailable, TimedOut,
    /// Overloaded or ServerError (the creation is then for this process alone), TooLarge, Exists (somebody has set the key meanwhile), NotFound
    /// (somebody has deleted it, or it took longer than the lease), NotStored (without leases: somebody was quicker). Value is there in each case. Miss,
    /// without one: the creator returned null.
    /// </returns>
    /// <remarks>
    /// <para>In one process, callers for the same key and type wait for one creator and get the same instance, and a caller that comes after a write of the
    /// key through this cache was answered waits for none that began before. In the pool the key's server gives the right to create to one caller at a time (protocol.txt,
    /// "Meta Get": N, R, W, X, Z); the others get the stale value, if there is one, or ask again after 5 to 100 ms. If the process that creates dies, its right ends
    /// after <see cref="GetOrCreateOptions.LeaseTime"/>. A set or delete of the key meanwhile wins over what is being created.</para>
    /// <para>A creator that throws poisons nobody: nothing is stored, its caller gets the exception, and one of those who waited with it becomes
    /// the creator. Who has waited through two that failed gets the second one's exception. The budget of a call is each request's, not the creation's.</para>
    /// <para>While it is created the key holds an empty item. Reads through ActorCache miss it; other clients' <c>get</c> sees an empty value. It stands
    /// in the way of add, and of counters. A server that speaks no meta commands has no leases: there is one creator a process then.</para>
    /// </remarks>
    /// <exception cref="Exception">What the creator threw, or the value's reader.</exception>
    ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>As the other one, with more to say: early refresh, the lease's time, stale values, null results, tags.</summary>
    ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, CancellationToken ct = default);
#pragma warning restore RS0026

    /// <summary>Stores a value, whatever was there.</summary>
    ValueTask<StoreResult> SetAsync<T>(string key, T value, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Stores a value as <paramref name="options"/> say: add, replace, append, prepend, compare-and-swap.</summary>
    /// <exception cref="NotSupportedException">A <see cref="StoreOptions.Cas"/> with <c>Distribution = replicated</c>: one server's versions mean nothing to the others.</exception>
    ValueTask<StoreResult> StoreAsync<T>(string key, T value, StoreOptions options, CancellationToken ct = default);

    /// <summary>Stores many values at once, each answered for itself.</summary>
    ValueTask<IReadOnlyDictionary<string, StoreResult>> SetManyAsync<T>(IEnumerable<KeyValuePair<string, T>> items, TimeSpan? ttl = null, CancellationToken ct = default);

    /// <summary>Deletes an item. Stored: it was there and is gone. NotFound: it was not there.</summary>
    ValueTask<StoreResult> DeleteAsync(string key, CancellationToken ct = default);

    /// <summary>Deletes many items at once, each answered for itself: a dead server costs its keys a reroute, never the call.</summary>
    /// <param name="keys">Any number; a key given twice is deleted once. One bad key throws before anything is sent.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>One result for every distinct key, as of <see cref="DeleteAsync"/>.</returns>
    ValueTask<IReadOnlyDictionary<string, StoreResult>> DeleteManyAsync(IEnumerable<string> keys, CancellationToken ct = default);

    /// <summary>
    /// Marks an item as stale (protocol.txt, "Meta Delete": I). Reads miss it from then on; of those who call <c>GetOrCreateAsync</c> one creates it
    /// anew while the others get the stale value. Where it is not certain which copy of the key is the newest, after an outage, it is deleted.
    /// </summary>
    /// <param name="key">The item's.</param>
    /// <param name="staleFor">How long the stale value may be served, if it is not created anew before: above zero, rounded up to whole seconds.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>Stored: it was there. NotFound: it was not.</returns>
    ValueTask<StoreResult> InvalidateAsync(string key, TimeSpan staleFor, CancellationToken ct = default);

    /// <summary>
    /// Invalidates every value that was stored with this tag, in one request however many there are: reads miss them from the answer Stored on, in
    /// any process. The tag's generation is a counter in the pool; one that is lost reads as invalidated. Repeating it does no harm.
    /// </summary>
    ValueTask<StoreResult> InvalidateTagAsync(string tag, CancellationToken ct = default);

    /// <summary>As <see cref="InvalidateTagAsync"/>, for many at once, each answered for itself.</summary>
    ValueTask<IReadOnlyDictionary<string, StoreResult>> InvalidateTagsAsync(IEnumerable<string> tags, CancellationToken ct = default);

    /// <summary>A part of the cache that can be invalidated as a whole. Costs nothing to ask for, and need not be kept.</summary>
    /// <param name="name">Its name: made as a key is, without <c>~</c>. What keys of it are left with is 18 bytes and its own length less than 250.</param>
    ICacheNamespace Namespace(string name);

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

    /// <summary>Invalidates every item on every server, now (protocol.txt, "flush_all").</summary>
    /// <returns>One outcome a server, as of <see cref="FlushAllAsync(TimeSpan, string?, CancellationToken)"/>.</returns>
#pragma warning disable RS0026 // The first will not grow: what else there is to say of a flush is said in the second.
    ValueTask<FlushResult> FlushAllAsync(CancellationToken ct = default);

    /// <summary>Invalidates every item that a server, or each of them, holds: now, or when a delay is over (protocol.txt, "flush_all").</summary>
    /// <param name="delay">
    /// How long from now, rounded up to whole seconds; zero is now. A later flush takes the place of one that is still to come. Of a
    /// delayed one memcached counts whole seconds only: what is stored in the second in which it falls may be gone too.
    /// </param>
    /// <param name="server">One server by its name, as in <see cref="ServerSnapshot.Name"/>; null for all.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>
    /// One outcome a server; one that is away holds up no other. A server that was to be flushed now and could not be told (Unavailable,
    /// TimedOut) is flushed before it serves again, unless <see cref="ActorCacheOptions.OnRejoin"/> is Admit or it does not allow
    /// <c>flush_all</c>. A delayed flush is not made up for: neither when a server could not be told, nor when it has forgotten, because it
    /// restarted or was flushed at its return.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The delay is negative.</exception>
    /// <exception cref="ArgumentException">There is no such server; the message lists those there are.</exception>
        ValueTask<FlushResult> FlushAllAsync(TimeSpan delay, string? server = null, CancellationToken ct = default);
#pragma warning restore RS0026

    /// <summary>Asks a server, or each of them, for statistics (protocol.txt, "Statistics").</summary>
    /// <param name="group">Which. Figures are named as the servers name them.</param>
    /// <param name="server">One server by its name, as in <see cref="ServerSnapshot.Name"/>; null for all.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>One answer a server, and the sums of what is a count. A server that is away, or hangs, is answered for as such and holds up no other.</returns>
    /// <exception cref="ArgumentException">There is no such server, or no such group.</exception>
    ValueTask<StatsResult> StatsAsync(StatsGroup group = StatsGroup.General, string? server = null, CancellationToken ct = default);

    /// <summary>Asks a server, or each of them, for its version.</summary>
    /// <param name="server">One server by its name, as in <see cref="ServerSnapshot.Name"/>; null for all.</param>
    /// <param name="ct">Detaches the caller.</param>
    /// <returns>One answer a server, as of <see cref="StatsAsync"/>.</returns>
    /// <exception cref="ArgumentException">There is no such server; the message lists those there are.</exception>
    ValueTask<VersionResult> VersionAsync(string? server = null, CancellationToken ct = default);
}
