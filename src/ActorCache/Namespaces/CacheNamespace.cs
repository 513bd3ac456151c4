using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// A namespace: asks for its generation, and calls the cache with the whole key. Arguments are checked before anything is sent, as the cache
/// itself does.
/// </summary>
internal sealed class CacheNamespace : ICacheNamespace
{
    // A name with one behind it is the generation's key; values have the generation and another one behind that.
    private const char Delimiter = '~';
    private const int GenerationLength = 16;
    private readonly ActorCacheClient _cache;
    private readonly CacheNamespace? _around;
    private readonly Dispatcher _dispatcher;
    private readonly string _name;
    private readonly string _path;
    private readonly int _prefixBytes;

    /// <exception cref="ArgumentException">The name is none, or leaves no room for keys.</exception>
    public CacheNamespace(ActorCacheClient cache, Dispatcher dispatcher, CacheNamespace? around, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Contains(Delimiter, StringComparison.Ordinal)) throw new ArgumentException($"Namespace \"{name}\" holds a '{Delimiter}', which separates names.", nameof(name));
        Span<byte> room = stackalloc byte[CacheKey.MaxLength];
        try
        {
            _prefixBytes = CacheKey.Encode(name, room) + GenerationLength + 2 + (around?._prefixBytes ?? 0);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"A namespace's name is made as a key is: {e.Message}", nameof(name), e);
        }
        if (!dispatcher.Keys.Encodes && _prefixBytes + dispatcher.Keys.PrefixLength >= CacheKey.MaxLength) throw new ArgumentException($"Namespace \"{name}\" takes {_prefixBytes} bytes of every key and leaves none of memcached's {CacheKey.MaxLength}; shorten it.", nameof(name));
        (_cache, _dispatcher, _around, _name) = (cache, dispatcher, around, name);
        _path = around is null ? name : Tag.InNamespace(around._path, name);
        Name = $"{around?.Name ?? cache.Name}/{name}";
    }

    public string Name { get; }

    public IActorCacheMonitor Monitor => _cache.Monitor;

    public int MaxKeyBytes => Math.Max(0, _cache.MaxKeyBytes - _prefixBytes);

    public ICacheNamespace Namespace(string name) => new CacheNamespace(_cache, _dispatcher, this, name);

    public ValueTask<StoreResult> InvalidateAsync(CancellationToken ct = default) => _dispatcher.Measure(CallKind.InvalidateNamespace).Of(EndAsync(ct));

    private async ValueTask<StoreResult> EndAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var part = _dispatcher.ForOneCall();
        var around = await AroundAsync(part, ct).ConfigureAwait(false);
        return around.Text is { } text
            ? await Generation.EndAsync(part, GenerationKey(text), ct).ConfigureAwait(false)
            : new StoreResult(around.Outcome, around.Server, MayHaveBeenApplied: false);
    }

    public ValueTask<CacheResult<T>> GetAsync<T>(string key, CancellationToken ct = default)
    {
        Check(key);
        return ReadAsync<T, string>(CallKind.Get, key, static (cache, whole, _, ct) => cache.GetAsync<T>(whole, ct), key, ct);
    }

    public ValueTask<CacheResult<T>> GetAndTouchAsync<T>(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        Check(key);
        Check(ttl);
        return ReadAsync<T, TimeSpan>(CallKind.GetAndTouch, key, static (cache, whole, ttl, ct) => cache.GetAndTouchAsync<T>(whole, ttl, ct), ttl, ct);
    }

    public ValueTask<CacheResult<long>> GetRawAsync(string key, IBufferWriter<byte> destination, CancellationToken ct = default)
    {
        Check(key);
        ArgumentNullException.ThrowIfNull(destination);
        return ReadAsync<long, IBufferWriter<byte>>(CallKind.Get, key, static (cache, whole, destination, ct) => cache.GetRawAsync(whole, destination, ct), destination, ct);
    }

    public ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> GetManyAsync<T>(IEnumerable<string> keys, CancellationToken ct = default)
    {
        if (Distinct(keys, ct) is not { } distinct) return ValueTask.FromCanceled<IReadOnlyDictionary<string, CacheResult<T>>>(ct);
        return _dispatcher.Measure(CallKind.Get, distinct.Count).OfMany(GetEachAsync<T>(distinct, ct));
    }

    public ValueTask<StoreResult> SetAsync<T>(string key, T value, TimeSpan? ttl = null, CancellationToken ct = default) =>
        StoreAsync(key, value, new StoreOptions { Ttl = ttl }, ct);

    public ValueTask<StoreResult> StoreAsync<T>(string key, T value, StoreOptions options, CancellationToken ct = default)
    {
        Check(key);
        _cache.Check(value, options);
        Check(options.Ttl);
        if (options.Tags is { Count: > 0 } tags) options = options with { Tags = [.. tags.Select(Whole)] };
        return WriteAsync(CallKinds.Of(options.Mode, options.Cas), key, static (cache, whole, call, ct) => cache.StoreCheckedAsync(whole, call.value, call.options, ct), (value, options), ct);
    }

    public ValueTask<StoreResult> SetRawAsync(string key, ReadOnlySequence<byte> value, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        Check(key);
        Check(ttl);
        return WriteAsync(CallKind.Set, key, static (cache, whole, call, ct) => cache.SetRawAsync(whole, call.value, call.ttl, ct), (value, ttl), ct);
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> SetManyAsync<T>(IEnumerable<KeyValuePair<string, T>> items, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        Check(ttl);
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        var index = -1;
        foreach (var (key, value) in items)
        {
            if (ct.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyDictionary<string, StoreResult>>(ct);
            CheckIn(key, ++index, nameof(items));
            if (value is null) throw new ArgumentException($"items[{index}] has a null value.", nameof(items));
            all[key] = value;
        }
        return _dispatcher.Measure(CallKind.Set, all.Count).OfMany(SetEachAsync(all, ttl, ct));
    }

    public ValueTask<StoreResult> DeleteAsync(string key, CancellationToken ct = default)
    {
        Check(key);
        return WriteAsync(CallKind.Delete, key, static (cache, whole, _, ct) => cache.DeleteAsync(whole, ct), 0, ct);
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> DeleteManyAsync(IEnumerable<string> keys, CancellationToken ct = default)
    {
        if (Distinct(keys, ct) is not { } distinct) return ValueTask.FromCanceled<IReadOnlyDictionary<string, StoreResult>>(ct);
        return _dispatcher.Measure(CallKind.Delete, distinct.Count).OfMany(DeleteEachAsync(distinct, ct));
    }

    public ValueTask<StoreResult> TouchAsync(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        Check(key);
        Check(ttl);
        return WriteAsync(CallKind.Touch, key, static (cache, whole, ttl, ct) => cache.TouchAsync(whole, ttl, ct), ttl, ct);
    }

    public ValueTask<StoreResult> InvalidateAsync(string key, TimeSpan staleFor, CancellationToken ct = default)
    {
        Check(key);
        Check(staleFor);
        return WriteAsync(CallKind.Invalidate, key, static (cache, whole, staleFor, ct) => cache.InvalidateAsync(whole, staleFor, ct), staleFor, ct);
    }

    public ValueTask<StoreResult> InvalidateTagAsync(string tag, CancellationToken ct = default)
    {
        Tag.CheckOne(tag, nameof(tag));
        return _dispatcher.Measure(CallKind.InvalidateTag).Of(Tag.InvalidateAsync(_dispatcher.ForOneCall(), Whole(tag), ct));
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> InvalidateTagsAsync(IEnumerable<string> tags, CancellationToken ct = default)
    {
        var distinct = Tag.Checked(tags, nameof(tags));
        foreach (var tag in distinct) Whole(tag);
        return _dispatcher.Measure(CallKind.InvalidateTag, distinct.Length).OfMany(Tag.InvalidateManyAsync(_dispatcher.ForOneCall(), distinct, Whole, ct));
    }

    public ValueTask<CounterResult> IncrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        Check(key);
        Check(ttl);
        return CountAsync(CallKind.Increment, key, (cache, whole) => cache.IncrementAsync(whole, by, initial, ttl, ct), ct);
    }

    public ValueTask<CounterResult> DecrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        Check(key);
        Check(ttl);
        return CountAsync(CallKind.Decrement, key, (cache, whole) => cache.DecrementAsync(whole, by, initial, ttl, ct), ct);
    }

    public ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, TimeSpan? ttl = null, CancellationToken ct = default) =>
        GetOrCreateAsync(key, create, new GetOrCreateOptions { Ttl = ttl }, ct);

    public ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, CancellationToken ct = default)
    {
        Check(key);
        Creations.Check(_dispatcher, key, create, options);
        if (options.Tags is { Count: > 0 } tags) options = options with { Tags = [.. tags.Select(Whole)] };
        var call = _dispatcher.Measure(CallKind.GetOrCreate);
        return call.Of(CreateAsync(key, create, options, call.Span, ct));
    }

    public async ValueTask<FlushResult> FlushAllAsync(CancellationToken ct = default)
    {
        var ended = await InvalidateAsync(ct).ConfigureAwait(false);
        return new FlushResult(new Dictionary<string, CacheOutcome>(StringComparer.Ordinal) { [Name] = ended.Outcome });
    }

    public ValueTask<FlushResult> FlushAllAsync(TimeSpan delay, string? server = null, CancellationToken ct = default) => delay == TimeSpan.Zero && server is null
        ? FlushAllAsync(ct)
        : throw new NotSupportedException("A namespace is invalidated now and as a whole; servers, and flushes that come later, are the cache's own.");

    public ValueTask<StatsResult> StatsAsync(StatsGroup group = StatsGroup.General, string? server = null, CancellationToken ct = default) => _cache.StatsAsync(group, server, ct);

    public ValueTask<VersionResult> VersionAsync(string? server = null, CancellationToken ct = default) => _cache.VersionAsync(server, ct);

    private ValueTask<CacheResult<T>> ReadAsync<T, TState>(CallKind kind, string key, Func<ActorCacheClient, string, TState, CancellationToken, ValueTask<CacheResult<T>>> call, TState state, CancellationToken ct) =>
        _dispatcher.Measure(kind).Of(ReadAsync(key, call, state, ct));

    private async ValueTask<CacheResult<T>> ReadAsync<T, TState>(string key, Func<ActorCacheClient, string, TState, CancellationToken, ValueTask<CacheResult<T>>> call, TState state, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        return prefix.Text is { } text
            ? await call(_cache.Within(part), text + key, state, ct).ConfigureAwait(false)
            : new CacheResult<T>(prefix.Outcome, default, cas: 0, prefix.Server, fromStandIn: false);
    }

    private ValueTask<StoreResult> WriteAsync<TState>(CallKind kind, string key, Func<ActorCacheClient, string, TState, CancellationToken, ValueTask<StoreResult>> call, TState state, CancellationToken ct) =>
        _dispatcher.Measure(kind).Of(WriteAsync(key, call, state, ct));

    private async ValueTask<StoreResult> WriteAsync<TState>(string key, Func<ActorCacheClient, string, TState, CancellationToken, ValueTask<StoreResult>> call, TState state, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        return prefix.Text is { } text
            ? await call(_cache.Within(part), text + key, state, ct).ConfigureAwait(false)
            : new StoreResult(prefix.Outcome, prefix.Server, MayHaveBeenApplied: false);
    }

    private ValueTask<CounterResult> CountAsync(CallKind kind, string key, Func<ActorCacheClient, string, ValueTask<CounterResult>> call, CancellationToken ct) =>
        _dispatcher.Measure(kind).Of(CountAsync(key, call, ct));

    private async ValueTask<CounterResult> CountAsync(string key, Func<ActorCacheClient, string, ValueTask<CounterResult>> call, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        return prefix.Text is { } text
            ? await call(_cache.Within(part), text + key).ConfigureAwait(false)
            : new CounterResult(prefix.Outcome, 0, prefix.Server, MayHaveBeenApplied: false);
    }

    private async ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> GetEachAsync<T>(List<string> keys, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (keys.Count == 0) return new Dictionary<string, CacheResult<T>>(StringComparer.Ordinal);
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        if (prefix.Text is not { } text) return keys.ToDictionary(key => key, _ => new CacheResult<T>(prefix.Outcome, default, cas: 0, prefix.Server, fromStandIn: false), StringComparer.Ordinal);
        var all = await _cache.Within(part).GetManyAsync<T>(keys.Select(key => text + key), ct).ConfigureAwait(false);
        return all.ToDictionary(one => one.Key[text.Length..], one => one.Value, StringComparer.Ordinal);
    }

    private async ValueTask<IReadOnlyDictionary<string, StoreResult>> DeleteEachAsync(List<string> keys, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (keys.Count == 0) return new Dictionary<string, StoreResult>(StringComparer.Ordinal);
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        if (prefix.Text is not { } text) return keys.ToDictionary(key => key, _ => new StoreResult(prefix.Outcome, prefix.Server, MayHaveBeenApplied: false), StringComparer.Ordinal);
        var all = await _cache.Within(part).DeleteManyAsync(keys.Select(key => text + key), ct).ConfigureAwait(false);
        return all.ToDictionary(one => one.Key[text.Length..], one => one.Value, StringComparer.Ordinal);
    }

    private async ValueTask<IReadOnlyDictionary<string, StoreResult>> SetEachAsync<T>(Dictionary<string, T> items, TimeSpan? ttl, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        if (items.Count == 0) return new Dictionary<string, StoreResult>(StringComparer.Ordinal);
        var part = _dispatcher.ForOneCall();
        var prefix = await PrefixAsync(part, ct).ConfigureAwait(false);
        if (prefix.Text is not { } text) return items.ToDictionary(item => item.Key, _ => new StoreResult(prefix.Outcome, prefix.Server, MayHaveBeenApplied: false), StringComparer.Ordinal);
        var all = await _cache.Within(part).SetManyAsync(items.Select(item => KeyValuePair.Create(text + item.Key, item.Value)), ttl, ct).ConfigureAwait(false);
        return all.ToDictionary(one => one.Key[text.Length..], one => one.Value, StringComparer.Ordinal);
    }

    private async ValueTask<CacheResult<T>> CreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, Activity? span, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var prefix = await PrefixAsync(_dispatcher.ForOneCall(), ct).ConfigureAwait(false);
        // Without a generation nothing can be read or stored, but callers here still wait for one creation: under a key that no item has.
        return prefix.Text is { } text
            ? await Creations.RunAsync(_dispatcher, text + key, create, options, why: null, span, ct).ConfigureAwait(false)
            : await Creations.RunAsync(_dispatcher, $"{_path}{Delimiter}{Delimiter}{key}", create, options, prefix.Outcome, span, ct).ConfigureAwait(false);
    }

    /// <summary>What stands before every key at present; null when that cannot be told, and why.</summary>
    private async ValueTask<(string? Text, CacheOutcome Outcome, string? Server)> PrefixAsync(Dispatcher part, CancellationToken ct)
    {
        var around = await AroundAsync(part, ct).ConfigureAwait(false);
        if (around.Text is not { } text) return around;
        var generation = await Generation.NowAsync(part, GenerationKey(text), ct).ConfigureAwait(false);
        return generation.IsHit
            ? ($"{text}{_name}{Delimiter}{generation.Value.ToString("x16", CultureInfo.InvariantCulture)}{Delimiter}", CacheOutcome.Hit, generation.Server)
            : (null, generation.Outcome, generation.Server);
    }

    private ValueTask<(string? Text, CacheOutcome Outcome, string? Server)> AroundAsync(Dispatcher part, CancellationToken ct) =>
        _around?.PrefixAsync(part, ct) ?? ValueTask.FromResult<(string?, CacheOutcome, string?)>(("", CacheOutcome.Hit, null));

    private string GenerationKey(string around) => $"{around}{_name}{Delimiter}";

    private string Whole(string tag)
    {
        var whole = Tag.InNamespace(_path, tag);
        var over = _dispatcher.Keys.Encodes ? 0 : _dispatcher.Keys.PrefixLength + Encoding.UTF8.GetByteCount(Tag.KeyOf(whole)) - CacheKey.MaxLength;
        return over <= 0 ? whole : throw new ArgumentException($"Tag \"{tag}\" is {over} bytes too long for namespace \"{_name}\": its name is part of memcached's {CacheKey.MaxLength}.", nameof(tag));
    }

    private void Check(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        Span<byte> room = stackalloc byte[CacheKey.MaxEncoded];
        var keys = _dispatcher.Keys;
        var length = keys.Encode(key, room) - keys.PrefixLength;
        var left = MaxKeyBytes;
        if (!keys.Encodes && length > left) throw new ArgumentException($"Key is {length} bytes; namespace \"{_name}\" leaves {left} of memcached's {CacheKey.MaxLength}.", nameof(key));
    }

    // Null when the caller has given up meanwhile: keys may be listed without end.
    private List<string>? Distinct(IEnumerable<string> keys, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var distinct = new List<string>();
        var known = new HashSet<string>(StringComparer.Ordinal);
        var index = -1;
        foreach (var key in keys)
        {
            if (ct.IsCancellationRequested) return null;
            CheckIn(key, ++index, nameof(keys));
            if (known.Add(key)) distinct.Add(key);
        }
        return distinct;
    }

    // One of many: nothing is sent, and the bad one is named.
    private void CheckIn(string key, int index, string parameter)
    {
        if (key is null) throw new ArgumentException($"{parameter}[{index}] has no key.", parameter);
        try
        {
            Check(key);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{parameter}[{index}]: {e.Message}", parameter, e);
        }
    }

    private void Check(TimeSpan? ttl) => Expiration.From(ttl, _dispatcher.Time.GetUtcNow());
}
