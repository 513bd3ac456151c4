using ActorCache.Transport;

namespace ActorCache;

/// <summary>What an operation needs from its cache to find its way: the newest routes, the clock, and its budget.</summary>
internal sealed class Dispatcher(CurrentRoutes routes, TimeProvider time, TimeSpan operationTimeout, int maxInFlight = 16_384)
{
    public CurrentRoutes Routes { get; } = routes;

    public TimeProvider Time { get; } = time;

    /// <summary>The operation timeout in the clock's time stamps.</summary>
    public long Budget { get; } = time.ToTimestamp(operationTimeout);

    /// <summary>How many operations one call sends off before it waits: half of a server's window, the other half is for other callers.</summary>
    public int Wave { get; } = Math.Max(1, maxInFlight / 2);

    public long Now => Time.GetTimestamp();
}
