using System.Buffers;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>A store of a value with tags: asks for their generations, and stores the value behind them.</summary>
internal static class TaggedStore
{
    /// <summary>Finds what is wrong before anything is sent, as every call does: so the value is turned into bytes at once.</summary>
    public static ValueTask<StoreResult> RunAsync<T>(Dispatcher dispatcher, string key, T value, StoreOptions options, CancellationToken ct)
    {
        Span<byte> room = stackalloc byte[CacheKey.MaxLength];
        CacheKey.Encode(key, room);
        var exptime = dispatcher.Expire(options.Ttl);
        var bytes = ValueCodec<T>.Instance.Write(value, new ArrayBufferWriter<byte>());
        return ct.IsCancellationRequested ? ValueTask.FromCanceled<StoreResult>(ct) : StoreAsync(dispatcher.ForOneCall(), key, bytes, options, exptime, ct);
    }

    private static async ValueTask<StoreResult> StoreAsync(Dispatcher dispatcher, string key, ReadOnlySequence<byte> bytes, StoreOptions options, int exptime, CancellationToken ct)
    {
        var (outcome, tags) = await TagStamps.NowAsync(dispatcher, options.Tags!, ct).ConfigureAwait(false);
        if (tags is null) return new StoreResult(outcome, Server: null, MayHaveBeenApplied: false);
        var operation = StoreOperation.Rent();
        operation.Begin(dispatcher, key);
        operation.Mode = options.Mode;
        operation.ExpirationTime = exptime;
        operation.Cas = options.Cas ?? 0;
        operation.Value = tags.Before(bytes);
        operation.Flags = ItemFlags.Tagged;
        return await operation.Run(ct).ConfigureAwait(false);
    }
}
