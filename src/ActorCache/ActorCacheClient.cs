using System.Buffers;
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

    public ValueTask<CacheResult<T>> GetAsync<T>(string key, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult<T>>(ct);
        return Begin(GetOperation<T>.Rent(), key).Run(ct);
    }

    public ValueTask<CacheResult<T>> GetAndTouchAsync<T>(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        var exptime = Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult<T>>(ct);
        var operation = Begin(GetOperation<T>.Rent(), key);
        operation.ExpirationTime = exptime;
        return operation.Run(ct);
    }

    public ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> GetManyAsync<T>(IEnumerable<string> keys, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(keys);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<IReadOnlyDictionary<string, CacheResult<T>>>(ct);
        var batch = new OperationBatch<GetOperation<T>, CacheResult<T>>(dispatcher.Wave);
        var index = -1;
        foreach (var key in keys)
        {
            index++;
            // Keys may be listed without end: whoever gives up is not listed to any longer.
            if (ct.IsCancellationRequested)
            {
                batch.Refuse(new OperationCanceledException(ct));
                return ValueTask.FromCanceled<IReadOnlyDictionary<string, CacheResult<T>>>(ct);
            }
            if (key is null) throw batch.Refuse(new ArgumentException($"keys[{index}] is null.", nameof(keys)));
            if (batch.Contains(key)) continue;
            batch.Add(key, BeginIn(batch, key, nameof(keys), index));
        }
        return batch.RunAsync(ct);
    }

    public ValueTask<StoreResult> SetAsync<T>(string key, T value, TimeSpan? ttl = null, CancellationToken ct = default) =>
        Store(key, value, StoreMode.Set, ttl, cas: null, ct);

    public ValueTask<StoreResult> StoreAsync<T>(string key, T value, StoreOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Cas == 0) throw new ArgumentException("Cas is 0, which is no item's version; leave it out to store without a check.", nameof(options));
        if (!Enum.IsDefined(options.Mode)) throw new ArgumentOutOfRangeException(nameof(options), options.Mode, "Not a store mode.");
        return Store(key, value, options.Mode, options.Ttl, options.Cas, ct);
    }

    public ValueTask<IReadOnlyDictionary<string, StoreResult>> SetManyAsync<T>(
        IEnumerable<KeyValuePair<string, T>> items, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        var exptime = Expire(ttl);
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
        return batch.RunAsync(ct);
    }

    public ValueTask<StoreResult> DeleteAsync(string key, CancellationToken ct = default)
    {
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<StoreResult>(ct);
        return Begin(KeyOperation.Rent(), key).Run(ct);
    }

    public ValueTask<StoreResult> TouchAsync(string key, TimeSpan ttl, CancellationToken ct = default)
    {
        var exptime = Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<StoreResult>(ct);
        if (dispatcher.IsChunking)
        {
            var large = Begin(TouchLargeOperation.Rent(), key);
            large.ExpirationTime = exptime;
            return large.Run(ct);
        }
        var operation = Begin(KeyOperation.Rent(), key);
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
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<CacheResult<long>>(ct);
        var operation = Begin(GetRawOperation.Rent(), key);
        operation.Destination = destination;
        return operation.Run(ct);
    }

    public ValueTask<StoreResult> SetRawAsync(string key, ReadOnlySequence<byte> value, TimeSpan? ttl = null, CancellationToken ct = default)
    {
        var exptime = Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<StoreResult>(ct);
        var operation = Begin(StoreOperation.Rent(), key);
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

    public async ValueTask<FlushResult> FlushAllAsync(CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        var servers = dispatcher.Routes.Table.Servers;
        var flushes = Array.ConvertAll(servers, server => new FlushOperation(dispatcher, server.Name).RunAsync());
        var outcomes = await Task.WhenAll(flushes).WaitAsync(ct).ConfigureAwait(false);
        return new FlushResult(servers.Zip(outcomes).ToDictionary(pair => pair.First.Name, pair => pair.Second, StringComparer.Ordinal));
    }

    private ValueTask<StoreResult> Store<T>(string key, T value, StoreMode mode, TimeSpan? ttl, ulong? cas, CancellationToken ct)
    {
        if (value is null) throw new ArgumentNullException(nameof(value), "A cache has no null values; delete the key instead.");
        var exptime = Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<StoreResult>(ct);
        var operation = Begin(StoreOperation.Rent(), key);
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
        int? exptime = ttl is null ? null : Expire(ttl);
        if (ct.IsCancellationRequested) return ValueTask.FromCanceled<CounterResult>(ct);
        var operation = Begin(CounterOperation.Rent(), key);
        operation.Delta = by;
        operation.Decrement = decrement;
        operation.Initial = initial;
        operation.ExpirationTime = exptime;
        return operation.Run(ct);
    }

    private TOperation Begin<TOperation>(TOperation operation, string key) where TOperation : CacheOperation
    {
        // On a bad key the operation goes to the garbage collector: a programming error need not be fast.
        operation.Begin(dispatcher, key);
        return operation;
    }

    private TOperation BeginIn<TOperation, TResult>(OperationBatch<TOperation, TResult> batch, string key, string parameter, int index)
        where TOperation : AwaitableOperation<TOperation, TResult>, new()
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

    private int Expire(TimeSpan? ttl) => Expiration.From(ttl, dispatcher.Time.GetUtcNow());
}
