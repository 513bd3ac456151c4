using System.Buffers;
using Microsoft.Extensions.Caching.Distributed;

namespace ActorCache.Caching;

/// <summary>
/// A cache as <see cref="IDistributedCache"/> and <see cref="IBufferDistributedCache"/>, such as HybridCache, FusionCache and ASP.NET session stand on.
/// A singleton, thread-safe, and usable before the host has started. In an outage it throws <see cref="CacheUnavailableException"/>; a miss is never one,
/// nor the other way round.
/// </summary>
/// <remarks>
/// <para>One round trip a call. A read of an entry with a sliding expiration is answered at once; the touch that keeps the entry follows and nobody waits
/// for it, nor hears of it if it fails. It is not repeated within a second (or a tenth of a shorter sliding time). <see cref="Refresh"/> reads the entry and waits for its touch: two.</para>
/// <para>Any string is a key: what memcached does not take is hashed (<see cref="LegalKeys"/>). A value has one byte before it, 13 with a sliding
/// expiration. What was stored under the same key by others, without that byte, is none of ours: it is a miss, and is overwritten by a set.</para>
/// <para>Servers count whole seconds, and so lifetimes are rounded up to those; one of less than a second is not kept at all. The moment at which a sliding entry is over
/// in any case is exact, by the reader's clock. Past 2038 there is no time for memcached: what is to live longer ends then.</para>
/// <para>The synchronous members block their thread and nothing else: what they wait for needs no synchronization context and no scheduler.
/// It does need a thread of the pool: where dozens block all there are, calls time out until the pool has made more. Raise its least number, or await.</para>
/// </remarks>
public sealed class ActorCacheDistributedCache : IDistributedCache, IBufferDistributedCache
{
    // HybridCache notes under such a key when a tag was invalidated, and takes a miss for "never". While the key's owner is away nobody can say that; its values may
    // be on servers that live. When in doubt it takes the tag for invalidated, which costs a creation.
    private const string HybridCacheMark = "__MSFT_HCT__";
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private readonly IActorCache _cache;
    private readonly LegalKeys _keys;
    private readonly TimeProvider _time;
    private readonly RecentTouches _touches;

    /// <param name="cache">Where entries are kept: a cache, or a namespace of one.</param>
    /// <param name="options">A prefix; null for none.</param>
    /// <param name="time">The clock that moments of expiration are compared with; null for the system's.</param>
    /// <exception cref="ArgumentException">The prefix is no part of a key, or leaves no room for one.</exception>
    public ActorCacheDistributedCache(IActorCache cache, ActorCacheDistributedCacheOptions? options = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        _cache = cache;
        _keys = new LegalKeys(cache.MaxKeyBytes, options?.KeyPrefix ?? "");
        _time = time ?? TimeProvider.System;
        _touches = new RecentTouches(_time);
    }

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public byte[]? Get(string key) => Wait(GetAsync(key));

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        var legal = _keys.For(key);
        return token.IsCancellationRequested ? Task.FromCanceled<byte[]?>(token) : ReadAsync(legal, token);
    }

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public bool TryGet(string key, IBufferWriter<byte> destination) => Wait(TryGetAsync(key, destination).AsTask());

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        var legal = _keys.For(key);
        ArgumentNullException.ThrowIfNull(destination);
        return token.IsCancellationRequested ? ValueTask.FromCanceled<bool>(token) : ReadAsync(legal, destination, token);
    }

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has not taken it.</exception>
    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) => Wait(SetAsync(key, value, options));

#pragma warning disable RS0026 // Both are the interfaces' own.
    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has not taken it.</exception>
    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), options, token).AsTask();
    }

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has not taken it.</exception>
    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) => Wait(SetAsync(key, value, options).AsTask());

    /// <summary>Sets a value. Its bytes are the caller's again when the call has ended, also by cancellation: nothing is sent of them from then on.</summary>
    /// <exception cref="CacheUnavailableException">The cache has not taken it.</exception>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        var legal = _keys.For(key);
        ArgumentNullException.ThrowIfNull(options);
        var now = _time.GetUtcNow();
        var entry = Entry.From(options, now, out var life);
        // As nothing can be kept for so short a time, what was there before must go.
        if (life < OneSecond) return Ended(_cache.DeleteAsync(legal, token));
        return Ended(_cache.SetRawAsync(legal, entry.Before(value), entry.Sliding == 0 ? life : entry.SlidesFor(now), token));
    }
#pragma warning restore RS0026

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public void Refresh(string key) => Wait(RefreshAsync(key));

    /// <summary>Starts a sliding expiration over, if the entry has one.</summary>
    /// <exception cref="CacheUnavailableException">The cache has no answer.</exception>
    public Task RefreshAsync(string key, CancellationToken token = default)
    {
        var legal = _keys.For(key);
        return token.IsCancellationRequested ? Task.FromCanceled(token) : RefreshLegalAsync(legal, token);
    }

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has not removed it.</exception>
    public void Remove(string key) => Wait(RemoveAsync(key));

    /// <inheritdoc />
    /// <exception cref="CacheUnavailableException">The cache has not removed it.</exception>
    public Task RemoveAsync(string key, CancellationToken token = default) => Ended(_cache.DeleteAsync(_keys.For(key), token)).AsTask();

    private async Task<byte[]?> ReadAsync(string key, CancellationToken ct)
    {
        using var bytes = new RentedBytes();
        var reader = new EntryReader(bytes, _time.GetUtcNow());
        if (!await IsFoundAsync(key, _cache.GetRawAsync(key, reader, ct)).ConfigureAwait(false) || !reader.TryGet(out var entry)) return null;
        Touch(key, entry);
        return bytes.ToArray();
    }

    private async ValueTask<bool> ReadAsync(string key, IBufferWriter<byte> destination, CancellationToken ct)
    {
        var reader = new EntryReader(destination, _time.GetUtcNow());
        if (!await IsFoundAsync(key, _cache.GetRawAsync(key, reader, ct)).ConfigureAwait(false) || !reader.TryGet(out var entry)) return false;
        Touch(key, entry);
        return true;
    }

    private async Task RefreshLegalAsync(string key, CancellationToken ct)
    {
        var now = _time.GetUtcNow();
        var reader = new EntryReader(destination: null, now);
        if (!await IsFoundAsync(key, _cache.GetRawAsync(key, reader, ct)).ConfigureAwait(false) || !reader.TryGet(out var entry) || entry.Sliding == 0) return;
        if (entry.SlidesFor(now) is { } life) await Ended(_cache.TouchAsync(key, life, ct)).ConfigureAwait(false);
    }

    private void Touch(string key, in Entry entry)
    {
        if (entry.Sliding > 0 && entry.SlidesFor(_time.GetUtcNow()) is { } life && _touches.TryBegin(key, entry.Sliding)) _ = TouchUnseenAsync(key, life);
    }

    // Nobody waits for it: whatever comes of it is over with it. An entry that is lost for want of a touch is a miss.
    private async Task TouchUnseenAsync(string key, TimeSpan life)
    {
        try
        {
            if ((await _cache.TouchAsync(key, life).ConfigureAwait(false)).IsStored) return;
        }
        catch (Exception)
        {
            // Such as that the cache has been shut down.
        }
        _touches.Forget(key);
    }

    private static async ValueTask<bool> IsFoundAsync(string key, ValueTask<CacheResult<long>> reading)
    {
        CacheResult<long> read;
        try
        {
            read = await reading.ConfigureAwait(false);
        }
        catch (CacheValueException)
        {
            return false; // Some other client's value: not written here.
        }
        return read.Outcome switch
        {
            CacheOutcome.Hit => true,
            CacheOutcome.Miss when read.FromStandIn && key.Contains(HybridCacheMark, StringComparison.Ordinal) => throw new CacheUnavailableException(CacheOutcome.Unavailable, read.Server),
            CacheOutcome.Miss => false,
            _ => throw new CacheUnavailableException(read.Outcome, read.Server),
        };
    }

    // In an outage calls end where they began: an exception that is handed over, not thrown, is unwound once only, by whoever waits for it.
    private static ValueTask Ended(ValueTask<StoreResult> writing)
    {
        if (!writing.IsCompletedSuccessfully) return EndedAsync(writing);
        var result = writing.Result;
        return IsDone(result) ? ValueTask.CompletedTask : ValueTask.FromException(new CacheUnavailableException(result));
    }

    private static async ValueTask EndedAsync(ValueTask<StoreResult> writing)
    {
        var result = await writing.ConfigureAwait(false);
        if (!IsDone(result)) throw new CacheUnavailableException(result);
    }

    private static bool IsDone(in StoreResult result) => result.Outcome is CacheOutcome.Stored or CacheOutcome.NotFound;

    // Blocking on a task, rather than on an event, has the thread pool make up for the thread.
    private static void Wait(Task task) => task.GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
