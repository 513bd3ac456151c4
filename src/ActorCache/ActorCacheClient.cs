using System.Buffers;
using ActorCache.Placement;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// The facade: checks arguments on the caller's stack, makes an operation of the call, and lets it go. Where it goes is the route
/// table's business; what happens when a server fails is the operation's.
/// </summary>
internal sealed class ActorCacheClient(string name, Dispatcher dispatcher, IActorCacheMonitor monitor) : IActorCache
{
    public string Name { get; } = name;

    public IActorCacheMonitor Monitor { get; } = monitor;

    public int MaxKeyBytes => CacheKey.MaxLength - dispatcher.Keys.PrefixLength;

    public ValueTask<CacheResult<T>> GetAsync<T>(string key, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested) return Cancelled<CacheResult<T>>(CallKind.Get, ct);
        return Begin(GetOperation<T>.Rent(), key, CallKind.Get).Run(ct);
    }

    public ValueTask<CacheResult<T>> GetAndTouchAsync<T>(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        var exptime = dispatcher.Expire(ttl);
        if (ct.IsCancellationRequested) return Cancelled<CacheResult<T>>(CallKind.GetAndTouch, ct);
        var operation = Begin(GetOperation<T>.Rent(), key, CallKind.GetAndTouch);
        operation.ExpirationTime = exptime;
        return operation.Run(ct);
    }

    public ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> GetManyAsync<T>(IEnumerable<string> keys, CancellationToken ct = default) =>
        Many<GetOperation<T>, CacheResult<T>>(keys, CallKind.Get, ct);

    public ValueTask<StoreResult> SetAsync<T>(string key, T value, TimeSpan? ttl = null, CancellationToken ct = default) =>
        Store(key, value, StoreMode.Set, ttl, cas: null, ct);

    public ValueTask<StoreResult> StoreAsync<T>(string key, T value, StoreOptions options, CancellationToken ct = default)
    {
        Check(value, options);
        return StoreCheckedAsync(key, value, options, ct);
    }

    /// <summary>A store whose options were checked; its tags are whole names, which may be in a namespace.</summary>
    public ValueTask<StoreResult> StoreCheckedAsync<T>(string key, T value, StoreOptions options, CancellationToken ct) => options.Tags is { Count: > 0 }
        ? TaggedStore.RunAsync(dispatcher, key, value, options, ct)
        : Store(key, value, options.Mode, options.Ttl, options.Cas, ct);

    /// <summary>Finds faults in a store's arguments but for its key.</summary>
    public void Check<T>(T value, StoreOptions options)
    {
        if (value is null) throw new ArgumentNullException(nameof(value), "A cache has no null values; delete the key instead.");
        ArgumentNullException.ThrowIfNull(options);
        if (options.Cas == 0) throw new ArgumentException("Cas is 0, which is no item's version; leave it out to store without a check.", nameof(options));
        if (options.Cas is not null && dispatcher.Routes.Table.Ring.Ownership == Ownership.All)
            throw new NotSupportedException("Where all servers hold everything (Distribution = replicated) a Cas is no use: each server counts versions of its own.");
        if (!Enum.IsDefined(options.Mode)) throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "Not a store mode.");
        if (options.Tags is not { Count: > 0 } tags) return;
        Tag.Check(tags, nameof(options));
        if (options.Mode is StoreMode.Append or StoreMode.Prepend) throw new ArgumentException("What is appended or prepended has no tags of its own; leave them out.", nameof(options));
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> items, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var exptime = dispatcher.Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyDictionary<string, StoreResult>>(ct);
        var batch = new OperationBatch<StoreOperation, StoreResult>(dispatcher.Wave);
        var index = -1;
        foreach (var (key, value) in items)
        {
            index++;
            if (ct.IsCancellationRequested)
            {
                batch.Refuse(new OperationCanceledException(ct));
                return ValueTask.FromCanceled<IReadOnlyDictionary<string, StoreResult>>(ct);
            }
            if (key is null || value is null)
                throw batch.Refuse(new ArgumentException($"items[{index}] has a null {(key is null ? "key" : "value")}.", nameof(items)));
            var operation = BeginIn(batch, key, nameof(items), index);
            operation.ExpirationTime = exptime;
            batch.Add(key, operation);
            try
            {
                dispatcher.Values.Encode(value, operation);
            }
            catch (Exception e)
            {
                throw batch.Refuse(e);
            }
        }
        return dispatcher.Measure(CallKind.Set, batch.Count).OfMany(batch.RunAsync(ct));
    }

    public ValueTask<StoreResult> DeleteAsync(string key, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested) return Cancelled<StoreResult>(CallKind.Delete, ct);
        return Begin(KeyOperation.Rent(), key, CallKind.Delete).Run(ct);
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> DeleteManyAsync(IEnumerable<string> keys, CancellationToken ct = default) =>
        Many<KeyOperation, StoreResult>(keys, CallKind.Delete, ct);

    public ValueTask<StoreResult> TouchAsync(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        var exptime = dispatcher.Expire(ttl);
        if (ct.IsCancellationRequested) return Cancelled<StoreResult>(CallKind.Touch, ct);
        if (dispatcher.IsChunking)
        {
            var large = Begin(TouchLargeOperation.Rent(), key, CallKind.Touch);
            large.ExpirationTime = exptime;
            return large.Run(ct);
        }
        var operation = Begin(KeyOperation.Rent(), key, CallKind.Touch);
        operation.ExpirationTime = exptime;
        return operation.Run(ct);
    }

    public ValueTask<CounterResult> IncrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default) =>
        Count(key, by, decrement: false, initial, ttl, ct);

    public ValueTask<CounterResult> DecrementAsync(string key, ulong by = 1, ulong? initial = null, TimeSpan? ttl = null, CancellationToken ct = default) =>
        Count(key, by, decrement: true, initial, ttl, ct);

    public ValueTask<CacheResult<long>> GetRawAsync(string key, IBufferWriter<byte> destination, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (ct.IsCancellationRequested) return Cancelled<CacheResult<long>>(CallKind.Get, ct);
        var operation = Begin(GetRawOperation.Rent(), key, CallKind.Get);
        operation.Destination = destination;
        return operation.Run(ct);
    }

    public ValueTask<StoreResult> SetRawAsync(string key, ReadOnlySequence<byte> value, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        var exptime = dispatcher.Expire(ttl);
        if (ct.IsCancellationRequested) return Cancelled<StoreResult>(CallKind.Set, ct);
        var operation = Begin(StoreOperation.Rent(), key, CallKind.Set);
        operation.ExpirationTime = exptime;
        try
        {
            dispatcher.Values.Encode(in value, operation);
        }
        catch
        {
            operation.Discard();
            throw;
        }
        return operation.Run(ct);
    }

    public ValueTask<FlushResult> FlushAllAsync(CancellationToken ct = default) => FlushAllAsync(TimeSpan.Zero, server: null, ct);

    public ValueTask<FlushResult> FlushAllAsync(TimeSpan delay, string? server = null, CancellationToken ct = default)
    {
        if (delay < TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(delay), delay, "A flush can be put off, not back: zero is now.");
        var exptime = delay == TimeSpan.Zero ? 0 : Expiration.From(delay, dispatcher.Time.GetUtcNow());
        var servers = Servers(server);
        return ct.IsCancellationRequested ? ValueTask.FromCanceled<FlushResult>(ct) : Flush();

        async ValueTask<FlushResult> Flush()
        {
            var outcomes = await AskEach(CallKind.FlushAll, servers, name => new FlushOperation(dispatcher, name, exptime).RunAsync(), static outcome => outcome, ct).ConfigureAwait(false);
            dispatcher.Flights.Overtaken();
            return new FlushResult(outcomes);
        }
    }

    public ValueTask<StatsResult> StatsAsync(StatsGroup group = StatsGroup.General, string? server = null, CancellationToken ct = default)
    {
        if (!Enum.IsDefined(group)) throw new ArgumentOutOfRangeException(nameof(group), group, "Not a group of statistics.");
        var servers = Servers(server);
        return ct.IsCancellationRequested ? ValueTask.FromCanceled<StatsResult>(ct) : Ask();

        async ValueTask<StatsResult> Ask() =>
            new(group, await AskEach(CallKind.Stats, servers, name => new StatsOperation(dispatcher, name, group).RunAsync(), static answer => answer.Outcome, ct).ConfigureAwait(false));
    }

    public ValueTask<VersionResult> VersionAsync(string? server = null, CancellationToken ct = default)
    {
        var servers = Servers(server);
        return ct.IsCancellationRequested ? ValueTask.FromCanceled<VersionResult>(ct) : Ask();

        async ValueTask<VersionResult> Ask() =>
            new(await AskEach(CallKind.Version, servers, name => new VersionOperation(dispatcher, name).RunAsync(), static answer => answer.Outcome, ct).ConfigureAwait(false));
    }

    // The one that is meant, or all.
    private string[] Servers(string? server)
    {
        var all = Array.ConvertAll(dispatcher.Routes.Table.Servers, one => one.Name);
        if (server is null) return all;
        if (all.Contains(server, StringComparer.Ordinal)) return [server];
        throw new ArgumentException($"There is no server \"{server}\"; there are {string.Join(", ", all)}.", nameof(server));
    }

    private Task<Dictionary<string, TAnswer>> AskEach<TAnswer>(
        CallKind kind, string[] servers, Converter<string, Task<TAnswer>> ask, Func<TAnswer, CacheOutcome> outcome, CancellationToken ct) =>
        dispatcher.Measure(kind).OfEach(AskEach(servers, ask, ct), servers, outcome);

    // All are asked before the first is waited for, so none holds up another.
    private static async Task<Dictionary<string, TAnswer>> AskEach<TAnswer>(string[] servers, Converter<string, Task<TAnswer>> ask, CancellationToken ct)
    {
        var answers = await Task.WhenAll(Array.ConvertAll(servers, ask)).WaitAsync(ct).ConfigureAwait(false);
        return servers.Zip(answers).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }

    private ValueTask<IReadOnlyDictionary<string, TResult>> Many<TOperation, TResult>(IEnumerable<string> keys, CallKind kind, CancellationToken ct)
        where TOperation : AwaitableOperation<TOperation, TResult>, new()
        where TResult : IAnswer
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyDictionary<string, TResult>>(ct);
        var batch = new OperationBatch<TOperation, TResult>(dispatcher.Wave);
        var index = -1;
        foreach (var key in keys)
        {
            index++;
            // Keys may be listed without end: whoever gives up is not listed to any longer.
            if (ct.IsCancellationRequested)
            {
                batch.Refuse(new OperationCanceledException(ct));
                return ValueTask.FromCanceled<IReadOnlyDictionary<string, TResult>>(ct);
            }
            if (key is null) throw batch.Refuse(new ArgumentException($"keys[{index}] is null.", nameof(keys)));
            if (batch.Contains(key)) continue;
            batch.Add(key, BeginIn(batch, key, nameof(keys), index));
        }
        return dispatcher.Measure(kind, batch.Count).OfMany(batch.RunAsync(ct));
    }

    public ValueTask<StoreResult> InvalidateAsync(string key, TimeSpan staleFor, CancellationToken ct = default)
    {
        if (staleFor <= TimeSpan.Zero) throw new ArgumentOutOfRangeException(nameof(staleFor), staleFor, "A stale value is served for a time above zero; delete the key if it is not to be served.");
        var exptime = Expiration.From(staleFor, dispatcher.Time.GetUtcNow());
        if (ct.IsCancellationRequested) return Cancelled<StoreResult>(CallKind.Invalidate, ct);
        return Begin(InvalidateOperation.Rent().ServedFor(exptime), key, CallKind.Invalidate).Run(ct);
    }

    public ValueTask<StoreResult> InvalidateTagAsync(string tag, CancellationToken ct = default)
    {
        Tag.CheckOne(tag, nameof(tag));
        return dispatcher.Measure(CallKind.InvalidateTag).Of(Tag.InvalidateAsync(dispatcher.ForOneCall(), tag, ct));
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> InvalidateTagsAsync(IEnumerable<string> tags, CancellationToken ct = default)
    {
        var distinct = Tag.Checked(tags, nameof(tags));
        return dispatcher.Measure(CallKind.InvalidateTag, distinct.Length).OfMany(Tag.InvalidateManyAsync(dispatcher.ForOneCall(), distinct, static tag => tag, ct));
    }

    public ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, TimeSpan? ttl = null, CancellationToken ct = default) =>
        GetOrCreateAsync(key, create, new GetOrCreateOptions { Ttl = ttl }, ct);

    public ValueTask<CacheResult<T>> GetOrCreateAsync<T>(string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, CancellationToken ct = default)
    {
        Creations.Check(dispatcher, key, create, options);
        if (ct.IsCancellationRequested) return Cancelled<CacheResult<T>>(CallKind.GetOrCreate, ct);
        var call = dispatcher.Measure(CallKind.GetOrCreate);
        return call.Of(Creations.RunAsync(dispatcher, key, create, options, why: null, call.Span, ct));
    }

    public ICacheNamespace Namespace(string name) => new CacheNamespace(this, dispatcher, around: null, name);

    /// <summary>The same cache, for a call that is part of another one and has what is left of its budget.</summary>
    public ActorCacheClient Within(Dispatcher part) => new(Name, part, Monitor);

    private ValueTask<StoreResult> Store<T>(string key, T value, StoreMode mode, TimeSpan? ttl, ulong? cas, CancellationToken ct)
    {
        if (value is null) throw new ArgumentNullException(nameof(value), "A cache has no null values; delete the key instead.");
        var exptime = dispatcher.Expire(ttl);
        var kind = CallKinds.Of(mode, cas);
        if (ct.IsCancellationRequested) return Cancelled<StoreResult>(kind, ct);
        var operation = Begin(StoreOperation.Rent(), key, kind);
        operation.Mode = mode;
        operation.ExpirationTime = exptime;
        operation.Cas = cas ?? 0;
        try
        {
            dispatcher.Values.Encode(value, operation);
        }
        catch
        {
            operation.Discard();
            throw;
        }
        return operation.Run(ct);
    }

    private ValueTask<CounterResult> Count(string key, ulong by, bool decrement, ulong? initial, TimeSpan? ttl, CancellationToken ct)
    {
        int? exptime = ttl is null ? null : dispatcher.Expire(ttl);
        var kind = decrement ? CallKind.Decrement : CallKind.Increment;
        if (ct.IsCancellationRequested) return Cancelled<CounterResult>(kind, ct);
        var operation = Begin(CounterOperation.Rent(), key, kind);
        operation.Delta = by;
        operation.Decrement = decrement;
        operation.Initial = initial;
        operation.ExpirationTime = exptime;
        return operation.Run(ct);
    }

    // Given up before it began: a call all the same.
    private ValueTask<TResult> Cancelled<TResult>(CallKind kind, CancellationToken ct) where TResult : IAnswer =>
        dispatcher.Measure(kind).Of(ValueTask.FromCanceled<TResult>(ct));

    private TOperation Begin<TOperation>(TOperation operation, string key, CallKind kind = CallKind.None) where TOperation : CacheOperation
    {
        // On a bad key the operation goes to the garbage collector: a programming error need not be fast.
        operation.Begin(dispatcher, key);
        if (!dispatcher.IsPart) operation.MeasuredAs = kind;
        return operation;
    }

    private TOperation BeginIn<TOperation, TResult>(OperationBatch<TOperation, TResult> batch, string key, string parameter, int index)
        where TOperation : AwaitableOperation<TOperation, TResult>, new()
        where TResult : IAnswer
    {
        try
        {
            return Begin(AwaitableOperation<TOperation, TResult>.Rent(), key);
        }
        catch (ArgumentException e)
        {
            throw batch.Refuse(new ArgumentException($"{parameter}[{index}]: {e.Message}", parameter, e));
        }
    }
}
