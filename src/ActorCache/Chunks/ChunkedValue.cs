using System.Buffers;

namespace ActorCache;

/// <summary>
/// A value in parts. They are written before the key says where they are, and are never written again: whatever dies in between, what is
/// read is a whole value or a Miss. All of it happens within the call's own budget.
/// </summary>
internal static class ChunkedValue
{
    /// <summary>Stores the parts. The manifest is for the key, once all are stored.</summary>
    public static async Task<(CacheOutcome Outcome, Manifest Manifest)> WritePartsAsync(
        Dispatcher dispatcher, ReadOnlySequence<byte> value, int exptime, long deadline, CancellationToken ct)
    {
        var manifest = Manifest.Of(value, dispatcher.WholeValueBytes);
        var batch = new OperationBatch<StoreOperation, StoreResult>(dispatcher.Wave);
        for (var part = 0; part < manifest.Count; part++)
        {
            var store = Begin<StoreOperation, StoreResult>(dispatcher, manifest, part, deadline, batch);
            store.IsPart = true;
            store.Value = value.Slice(manifest.StartOf(part), manifest.LengthOf(part));
            store.ExpirationTime = exptime;
        }
        var results = await batch.RunAsync(ct).ConfigureAwait(false);
        return (Worst(results.Values.Select(result => result.Outcome), CacheOutcome.Stored, CacheOutcome.TooLarge), manifest);
    }

    /// <summary>Puts the value where what the key holds has been kept; there is one with Hit only.</summary>
    /// <param name="dispatcher">Where its parts are found.</param>
    /// <param name="stored">What the key holds: a manifest, or the value is a Miss. It is taken over.</param>
    /// <param name="exptime">memcached's expiration time, to touch the parts with; null to only read.</param>
    /// <param name="deadline">When the call must be over.</param>
    /// <param name="ct">The caller's.</param>
    public static async Task<(CacheOutcome Outcome, ArrivedValue Value)> GatherAsync(
        Dispatcher dispatcher, ArrivedValue stored, int? exptime, long deadline, CancellationToken ct)
    {
        var isManifest = Manifest.TryRead(stored.Bytes, dispatcher.MaxLargeValueBytes, out var manifest);
        stored.Replace(null, 0);
        if (!isManifest) return (CacheOutcome.Miss, stored);
        if (exptime is { } lifetime && await TouchPartsAsync(dispatcher, manifest, lifetime, deadline, ct).ConfigureAwait(false) is not CacheOutcome.Stored and var untouched)
            return (untouched == CacheOutcome.NotFound ? CacheOutcome.Miss : untouched, stored);
        var (outcome, bytes) = await ReadAsync(dispatcher, manifest, deadline, ct).ConfigureAwait(false);
        stored.Replace(bytes, manifest.Length);
        return (outcome, stored);
    }

    private static async Task<(CacheOutcome Outcome, byte[]? Bytes)> ReadAsync(Dispatcher dispatcher, Manifest manifest, long deadline, CancellationToken ct)
    {
        var bytes = ArrayPool<byte>.Shared.Rent(manifest.Length);
        try
        {
            var batch = new OperationBatch<PartOperation, StoreResult>(dispatcher.Wave);
            for (var part = 0; part < manifest.Count; part++)
            {
                var read = Begin<PartOperation, StoreResult>(dispatcher, manifest, part, deadline, batch);
                read.Room = bytes.AsMemory(manifest.StartOf(part), manifest.LengthOf(part));
            }
            var outcomes = await batch.RunAsync(ct).ConfigureAwait(false);
            var outcome = Worst(outcomes.Values.Select(part => part.Outcome), CacheOutcome.Hit, CacheOutcome.Miss);
            if (outcome == CacheOutcome.Hit && !manifest.IsOf(bytes.AsSpan(0, manifest.Length))) outcome = CacheOutcome.Miss;
            if (outcome == CacheOutcome.Hit) return (outcome, bytes);
            ArrayPool<byte>.Shared.Return(bytes);
            return (outcome, null);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(bytes);
            throw;
        }
    }

    /// <summary>Gives the parts a new time to live. NotFound: one is missing, and the value with it.</summary>
    public static async Task<CacheOutcome> TouchPartsAsync(Dispatcher dispatcher, Manifest manifest, int exptime, long deadline, CancellationToken ct)
    {
        var batch = new OperationBatch<KeyOperation, StoreResult>(dispatcher.Wave);
        for (var part = 0; part < manifest.Count; part++)
            Begin<KeyOperation, StoreResult>(dispatcher, manifest, part, deadline, batch).ExpirationTime = exptime;
        var results = await batch.RunAsync(ct).ConfigureAwait(false);
        return Worst(results.Values.Select(result => result.Outcome), CacheOutcome.Stored, CacheOutcome.NotFound);
    }

    private static TOperation Begin<TOperation, TResult>(Dispatcher dispatcher, Manifest manifest, int part, long deadline, OperationBatch<TOperation, TResult> batch)
        where TOperation : AwaitableOperation<TOperation, TResult>, new()
        where TResult : IAnswer
    {
        var operation = AwaitableOperation<TOperation, TResult>.Rent();
        try
        {
            operation.Begin(dispatcher, manifest.KeyOf(part));
        }
        catch (Exception e)
        {
            // The cache was shut down just now.
            operation.Discard();
            throw batch.Refuse(e);
        }
        operation.EndBy(deadline);
        batch.Add(manifest.KeyOf(part), operation);
        return operation;
    }

    // What settles the whole if it happens to one part, else the first that is not good.
    private static CacheOutcome Worst(IEnumerable<CacheOutcome> outcomes, CacheOutcome good, CacheOutcome settling)
    {
        var worst = good;
        foreach (var outcome in outcomes)
        {
            if (outcome == settling) return settling;
            if (worst == good) worst = outcome;
        }
        return worst;
    }
}
