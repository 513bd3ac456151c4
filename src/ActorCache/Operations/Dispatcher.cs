using ActorCache.Transport;

namespace ActorCache;

/// <summary>What an operation needs from its cache to find its way: the newest routes, the clock, and its budget.</summary>
internal sealed class Dispatcher(CurrentRoutes routes, TimeProvider time, TimeSpan operationTimeout)
{
    public CurrentRoutes Routes { get; } = routes;

    public TimeProvider Time { get; } = time;

    /// <summary>The operation timeout in the clock's time stamps.</summary>
    public long Budget { get; } = time.ToTimestamp(operationTimeout);

    public long Now => Time.GetTimestamp();
}
