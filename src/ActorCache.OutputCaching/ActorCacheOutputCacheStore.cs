using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using ActorCache.Caching;
using Microsoft.AspNetCore.OutputCaching;

namespace ActorCache.OutputCaching;

/// <summary>
/// A cache as the store of ASP.NET Core's output caching. In an outage the site stays up: an entry that cannot be had is rendered, one that cannot be stored is
/// dropped, and neither throws. An eviction that is not known to have been carried out throws <see cref="CacheUnavailableException"/>, as its caller must not believe in it.
/// </summary>
/// <remarks>
/// <para>An eviction is one request however many entries have the tag, and holds from its answer on in every process. An entry costs one request and its tags', in
/// parallel; up to 16 tags stand before it, more beside it, and reading one with more takes a third round trip. Entries of less than a second are not kept.</para>
/// <para>Which tags an entry has is known when it is stored: what was rendered from old data before an eviction, and is stored after it, lives on until it expires. So with
/// every store of this interface, Microsoft's own too.</para>
/// <para>Any string is a key or a tag: what memcached does not take is hashed (<see cref="LegalKeys"/>), as all keys of the middleware are.</para>
/// </remarks>
public sealed class ActorCacheOutputCacheStore : IOutputCacheStore, IOutputCacheBufferStore
{
    private const int LongestTag = 100;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private readonly IActorCache _cache;
    private readonly LegalKeys _keys;
    private readonly LegalKeys _tags;

    /// <param name="cache">Where entries are kept: a cache, or a namespace of one.</param>
    /// <param name="options">A prefix; null for the usual one.</param>
    /// <exception cref="ArgumentException">The prefix is no part of a key, or leaves no room for one.</exception>
    public ActorCacheOutputCacheStore(IActorCache cache, ActorCacheOutputCacheOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(cache);
        options ??= new ActorCacheOutputCacheOptions();
        _cache = cache;
        _keys = new LegalKeys(cache.MaxKeyBytes, options.KeyPrefix);
        _tags = new LegalKeys(Math.Min(LongestTag, cache.MaxKeyBytes), options.KeyPrefix);
    }

    /// <summary>Reads an entry; null when there is none, and when that cannot be told.</summary>
    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var legal = _keys.For(key);
        return Get();

        async ValueTask<byte[]?> Get() => await ReadAsync(legal, cancellationToken).ConfigureAwait(false) is { } value ? value.ToArray() : null;
    }

    /// <summary>Writes an entry to a pipe, and flushes it; false when there is none, and when that cannot be told.</summary>
    public ValueTask<bool> TryGetAsync(string key, PipeWriter destination, CancellationToken cancellationToken)
    {
        var legal = _keys.For(key);
        ArgumentNullException.ThrowIfNull(destination);
        return Copy();

        async ValueTask<bool> Copy()
        {
            if (await ReadAsync(legal, cancellationToken).ConfigureAwait(false) is not { } value) return false;
            await destination.WriteAsync(value, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    /// <summary>Stores an entry, or drops it in an outage, or if it is larger than servers take.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is to live for no time at all.</exception>
    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(value);
        return SetAsync(key, new ReadOnlySequence<byte>(value), tags, validFor, cancellationToken);
    }

    /// <summary>As the other one. The bytes and tags are the caller's again when the call has ended.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is to live for no time at all.</exception>
    public ValueTask SetAsync(string key, ReadOnlySequence<byte> value, ReadOnlyMemory<string> tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        var legal = _keys.For(key);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(validFor, TimeSpan.Zero);
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        var distinct = new HashSet<string>(StringComparer.Ordinal);
        foreach (var tag in tags.Span) distinct.Add(_tags.For(tag));
        return StoreAsync(legal, value, [.. distinct.Chunk(Page.TagsOfOne)], validFor, cancellationToken);
    }

    /// <summary>Evicts every entry that was stored with this tag.</summary>
    /// <exception cref="CacheUnavailableException">It is not known whether they are gone. Repeating it does no harm.</exception>
    public ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tag);
        return Evict(_tags.For(tag));

        async ValueTask Evict(string legal)
        {
            var evicted = await _cache.InvalidateTagAsync(legal, cancellationToken).ConfigureAwait(false);
            if (!evicted.IsStored) throw new CacheUnavailableException(evicted);
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(string key, CancellationToken ct)
    {
        try
        {
            var read = await _cache.GetAsync<ReadOnlyMemory<byte>>(key, ct).ConfigureAwait(false);
            if (!read.IsHit || !Page.TryRead(read.Value, out var value, out var guards, out var number)) return null;
            if (guards > 0 && !await IsGuardedAsync(key, guards, number, ct).ConfigureAwait(false)) return null;
            return value;
        }
        catch (CacheValueException)
        {
            return null; // Some other client's value: not written here.
        }
    }

    private async ValueTask<bool> IsGuardedAsync(string key, int guards, long number, CancellationToken ct)
    {
        var all = await _cache.GetManyAsync<byte[]>(Enumerable.Range(0, guards).Select(n => GuardOf(key, number, n)), ct).ConfigureAwait(false);
        return all.Values.All(guard => guard.IsHit);
    }

    private async ValueTask StoreAsync(string key, ReadOnlySequence<byte> value, string[][] tags, TimeSpan life, CancellationToken ct)
    {
        // As nothing can be kept for so short a time, what was there before must go.
        if (life < OneSecond)
        {
            await _cache.DeleteAsync(key, ct).ConfigureAwait(false);
            return;
        }
        var guards = Math.Max(0, tags.Length - 1);
        var number = guards == 0 ? 0 : BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        var length = Page.HeaderLength(guards) + checked((int)value.Length);
        var bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Page.Write(value, guards, number, bytes);
            // First who guards it: without all of them it is not an entry.
            var guarded = new Task<StoreResult>[guards];
            for (var n = 0; n < guards; n++)
                guarded[n] = _cache.StoreAsync<byte[]>(GuardOf(key, number, n), [], new StoreOptions { Tags = tags[n + 1], Ttl = life }, ct).AsTask();
            await Task.WhenAll(guarded).ConfigureAwait(false);
            await _cache.StoreAsync<ReadOnlyMemory<byte>>(key, bytes.AsMemory(0, length), new StoreOptions { Tags = guards < tags.Length ? tags[0] : null, Ttl = life }, ct).ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    // Under a number that is never used again: guards of what was stored before, or by somebody else at the same moment, are others.
    private string GuardOf(string key, long number, int index) => _keys.For($"guard {index} of {key} {number:x16}");
}
