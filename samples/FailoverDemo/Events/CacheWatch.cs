using ActorCache;

namespace FailoverDemo;

/// <summary>Hears what the cache announces, for the event log and for the faults' record. It begins to listen when it is made.</summary>
internal sealed class CacheWatch(IActorCacheMonitor monitor, EventLog log, FaultLedger faults)
{
    private readonly IAsyncEnumerable<ServerEvent> _events = monitor.WatchAsync(CancellationToken.None);

    /// <summary>Listens until told to stop.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        try
        {
            await foreach (var happened in _events.WithCancellation(stop))
            {
                faults.OnEvent(happened);
                log.Add("cache", Describe(happened));
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }

    private static string Describe(ServerEvent happened) => happened switch
    {
        ServerEvent.Up => $"{happened.Server} is up",
        ServerEvent.Suspected suspected => $"{happened.Server} is suspect, the next server clockwise serves its keys ({suspected.Cause})",
        ServerEvent.Ejected ejected => $"{happened.Server} is ejected from the ring ({ejected.Cause})",
        ServerEvent.Reinstated => $"{happened.Server} is reinstated",
        ServerEvent.NoServerAlive => "no server is alive",
        _ => happened.ToString(),
    };
}
