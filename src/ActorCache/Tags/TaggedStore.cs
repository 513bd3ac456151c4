namespace ActorCache;

/// <summary>A store of a value with tags: asks for their generations, and stores the value behind them.</summary>
internal static class TaggedStore
{
    /// <summary>Finds what is wrong before anything is sent, as every call does: so the value is turned into bytes at once.</summary>
    public static ValueTask<StoreResult> RunAsync<T>(Dispatcher dispatcher, string key, T value, StoreOptions options, CancellationToken ct)
    {
        var exptime = dispatcher.Expire(options.Ttl);
        var call = StoreOperation.Rent();
        call.Begin(dispatcher.ForOneCall(), key);
        (call.Mode, call.ExpirationTime, call.Cas) = (options.Mode, exptime, options.Cas ?? 0);
        try
        {
            dispatcher.Values.Encode(value, call);
        }
        catch
        {
            call.Discard();
            throw;
        }
        return dispatcher.Measure(CallKinds.Of(options.Mode, options.Cas)).Of(StoreAsync(call, options.Tags!, ct));
    }

    private static async ValueTask<StoreResult> StoreAsync(StoreOperation call, IReadOnlyCollection<string> tags, CancellationToken ct)
    {
        try
        {
            ct.ThrowIfCancellationRequested();
            var (outcome, stamps) = await TagStamps.NowAsync(call.Dispatcher, tags, ct).ConfigureAwait(false);
            if (stamps is null) return new StoreResult(outcome, Server: null, MayHaveBeenApplied: false);
            var store = call.Copy();
            store.Tags = stamps;
            return await store.Run(ct).ConfigureAwait(false);
        }
        finally
        {
            call.Discard(); // last, as the store borrows its bytes
        }
    }
}
