using System.Buffers;

namespace ActorCache.Tests;

/// <summary>How a call ended, of whatever kind it was.</summary>
internal sealed record CallEnd(CacheOutcome Outcome, string? Server, bool MayHaveBeenApplied, bool IsWrite, bool FromStandIn = false)
{
    public bool IsGood => Outcome is CacheOutcome.Hit or CacheOutcome.Stored;
}

/// <summary>Every operation of the facade by a name, so that one table of scenarios runs over all of them.</summary>
internal static class Calls
{
    /// <summary>Calls, on this stack: what the facade throws at once is thrown here.</summary>
    public static Task<CallEnd> Start(IActorCache cache, string kind, string key, CancellationToken ct = default) => kind switch
    {
        "get" => Of(cache.GetAsync<string>(key, ct)),
        "get-raw" => Of(cache.GetRawAsync(key, new ArrayBufferWriter<byte>(), ct)),
        "get-and-touch" => Of(cache.GetAndTouchAsync<string>(key, TimeSpan.FromMinutes(1), ct)),
        "get-many" => Of(cache.GetManyAsync<string>([key], ct), key),
        "set" => Of(cache.SetAsync(key, "v", ct: ct)),
        "set-raw" => Of(cache.SetRawAsync(key, new ReadOnlySequence<byte>("v"u8.ToArray()), ct: ct)),
        "set-many" => Of(cache.SetManyAsync([KeyValuePair.Create(key, "v")], ct: ct), key),
        "delete" => Of(cache.DeleteAsync(key, ct)),
        "delete-many" => Of(cache.DeleteManyAsync([key], ct), key),
        "touch" => Of(cache.TouchAsync(key, TimeSpan.FromMinutes(1), ct)),
        "add" => Of(cache.StoreAsync(key, "v", new StoreOptions { Mode = StoreMode.Add }, ct)),
        "replace" => Of(cache.StoreAsync(key, "v", new StoreOptions { Mode = StoreMode.Replace }, ct)),
        "append" => Of(cache.StoreAsync(key, "v", new StoreOptions { Mode = StoreMode.Append }, ct)),
        "prepend" => Of(cache.StoreAsync(key, "v", new StoreOptions { Mode = StoreMode.Prepend }, ct)),
        "cas" => Of(cache.StoreAsync(key, "v", new StoreOptions { Cas = 5 }, ct)),
        "increment" => Of(cache.IncrementAsync(key, ct: ct)),
        "decrement" => Of(cache.DecrementAsync(key, ct: ct)),
        _ => throw new InvalidOperationException($"No call is named {kind}."),
    };

    /// <summary>Calls; what is thrown at once is in the task too.</summary>
    public static async Task<CallEnd> Begin(IActorCache cache, string kind, string key, CancellationToken ct = default) =>
        await Start(cache, kind, key, ct);

    /// <summary>The call throws on the caller's stack, not in the task it would return.</summary>
    public static TException ThrowsAtOnce<TException>(Func<Task> call) where TException : Exception
    {
        Task begun;
        try
        {
            begun = call();
        }
        catch (TException e)
        {
            return e;
        }
        throw new InvalidOperationException($"The call began, and is {begun.Status}.");
    }

    /// <summary>What a server answers when all is well.</summary>
    public static string Good(string kind) => kind switch
    {
        "get" or "get-raw" or "get-and-touch" or "get-many" => "VA 1 c1\r\nv",
        "increment" or "decrement" => "VA 1 O7\r\n5",
        _ => "HD",
    };

    private static async Task<CallEnd> Of<T>(ValueTask<CacheResult<T>> call) => Of(await call);

    private static async Task<CallEnd> Of(ValueTask<StoreResult> call) => Of(await call);

    private static async Task<CallEnd> Of<T>(ValueTask<IReadOnlyDictionary<string, CacheResult<T>>> call, string key) => Of((await call)[key]);

    private static async Task<CallEnd> Of(ValueTask<IReadOnlyDictionary<string, StoreResult>> call, string key) => Of((await call)[key]);

    private static async Task<CallEnd> Of(ValueTask<CounterResult> call)
    {
        var result = await call;
        return new CallEnd(result.Outcome, result.Server, result.MayHaveBeenApplied, IsWrite: true);
    }

    private static CallEnd Of<T>(CacheResult<T> result) => new(result.Outcome, result.Server, false, IsWrite: false, result.FromStandIn);

    private static CallEnd Of(StoreResult result) => new(result.Outcome, result.Server, result.MayHaveBeenApplied, IsWrite: true);
}
