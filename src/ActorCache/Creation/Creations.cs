using System.Diagnostics;
using System.Runtime.ExceptionServices;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// The callers' side of <c>GetOrCreateAsync</c>: each joins the flight for its key or begins it, waits with its own cancellation, and goes
/// on with its own creator when another's has failed it.
/// </summary>
internal static class Creations
{
    // Who has waited through so many creations that failed is told of the last one, so that a creator which always fails does not make
    // callers stand in line behind each other for ever.
    private const int FailuresWaitedFor = 2;

    /// <summary>Finds faults in arguments on the caller's stack.</summary>
    public static void Check<T>(Dispatcher dispatcher, string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options)
    {
        Span<byte> room = stackalloc byte[CacheKey.MaxEncoded];
        dispatcher.Keys.Encode(key, room);
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(options);
        options.Check(nameof(options));
    }

    /// <param name="dispatcher">The cache.</param>
    /// <param name="key">A key that was checked.</param>
    /// <param name="create">The caller's creator.</param>
    /// <param name="options">How; checked.</param>
    /// <param name="why">Null to ask the cache; else why it cannot be asked.</param>
    /// <param name="span">The call's, for what the creator does to be part of.</param>
    /// <param name="ct">The caller's own.</param>
    public static async ValueTask<CacheResult<T>> RunAsync<T>(
        Dispatcher dispatcher, string key, Func<CancellationToken, ValueTask<T>> create, GetOrCreateOptions options, CacheOutcome? why, Activity? span, CancellationToken ct)
    {
        // For what is created from here; the caller's own context does not see it.
        if (span is not null) Activity.Current = span;

        var failures = 0;
        while (true)
        {
            var (flight, isNew) = dispatcher.Flights.Join(key, static () => new CreationFlight<T>());
            try
            {
                if (isNew)
                {
                    var creation = new Creation<T>(dispatcher, key, create, options, flight);
                    _ = why is { } reason ? creation.RunWithoutCacheAsync(reason) : creation.RunAsync();
                }
                var end = await (isNew ? flight.Last : flight.First).WaitAsync(ct).ConfigureAwait(false);
                if (!isNew && end.IsStale && !options.ServeStale) end = await flight.Last.WaitAsync(ct).ConfigureAwait(false);
                if (end.Fault is { } fault)
                {
                    if (isNew || !end.IsCreators || ++failures == FailuresWaitedFor) ExceptionDispatchInfo.Throw(fault);
                }
                else if (!end.IsStale || options.ServeStale) return end.Result;
            }
            finally
            {
                flight.Leave();
            }
        }
    }
}
