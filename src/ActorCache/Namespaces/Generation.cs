using System.Buffers.Binary;
using System.Security.Cryptography;

namespace ActorCache;

/// <summary>
/// A number in the cache that stands for everything stored under it: counted up, it leaves all of that behind at once. Begun at random in 63
/// bits, so that one that was lost (evicted, or its server died) is not begun again where an earlier one has been.
/// </summary>
internal static class Generation
{
    // Whoever finds none begins one, and reads again if another was quicker; that one can be lost again, but hardly over and over.
    private const int Attempts = 4;

    /// <summary>The present one, begun if there is none.</summary>
    /// <returns>Hit with it, or why it cannot be had.</returns>
    public static async ValueTask<CacheResult<ulong>> NowAsync(Dispatcher dispatcher, string key, CancellationToken ct)
    {
        for (var attempt = 0; ; attempt++)
        {
            var read = await ReadAsync(dispatcher, key, ct).ConfigureAwait(false);
            if (read.Outcome != CacheOutcome.Miss || attempt == Attempts) return read.Outcome == CacheOutcome.Miss ? Lost(read) : read;
            var first = First();
            var added = await AddAsync(dispatcher, key, first, ct).ConfigureAwait(false);
            if (added.Outcome == CacheOutcome.Stored) return new CacheResult<ulong>(CacheOutcome.Hit, first, cas: 0, added.Server, fromStandIn: false);
            if (added.Outcome != CacheOutcome.NotStored) return new CacheResult<ulong>(added.Outcome, 0, cas: 0, added.Server, fromStandIn: false);
        }
    }

    /// <summary>What there is; Miss where none has been begun, or it is lost.</summary>
    public static ValueTask<CacheResult<ulong>> ReadAsync(Dispatcher dispatcher, string key, CancellationToken ct)
    {
        var operation = GetOperation<ulong>.Rent();
        operation.Begin(dispatcher, key);
        return operation.Run(ct);
    }

    /// <summary>The next one, from now on. Counting twice does no harm, so an answer that was lost is asked for once more.</summary>
    public static async ValueTask<StoreResult> EndAsync(Dispatcher dispatcher, string key, CancellationToken ct)
    {
        var first = await CountAsync(dispatcher, key, ct).ConfigureAwait(false);
        var isLost = first is { Outcome: CacheOutcome.Unavailable, MayHaveBeenApplied: true };
        var last = isLost ? await CountAsync(dispatcher, key, ct).ConfigureAwait(false) : first;
        return new StoreResult(last.Outcome, last.Server, last.MayHaveBeenApplied || (isLost && !last.IsCounted));
    }

    private static ValueTask<StoreResult> AddAsync(Dispatcher dispatcher, string key, ulong first, CancellationToken ct)
    {
        var operation = StoreOperation.Rent();
        operation.Begin(dispatcher, key);
        operation.Mode = StoreMode.Add;
        dispatcher.Values.Encode(first, operation);
        return operation.Run(ct);
    }

    private static ValueTask<CounterResult> CountAsync(Dispatcher dispatcher, string key, CancellationToken ct)
    {
        var operation = CounterOperation.Rent();
        operation.Begin(dispatcher, key);
        operation.Delta = 1;
        operation.Decrement = false;
        operation.Initial = First();
        return operation.Run(ct);
    }

    private static ulong First()
    {
        Span<byte> random = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(random);
        return BinaryPrimitives.ReadUInt64BigEndian(random) >> 1;
    }

    private static CacheResult<ulong> Lost(in CacheResult<ulong> read) => new(CacheOutcome.Unavailable, 0, cas: 0, read.Server, read.FromStandIn);
}
