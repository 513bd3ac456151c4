using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorCache;

/// <summary>What a cache's state means to a health check. Looks at what the cache knows already, and asks nobody.</summary>
internal static class CacheHealth
{
    /// <summary>All up is healthy; some up, or none yet while calls still wait for the first connect, is degraded; none is what the registration calls a failure.</summary>
    /// <param name="monitor">The cache's.</param>
    /// <param name="failureStatus">What it is when no server is up.</param>
    public static HealthCheckResult Of(IActorCacheMonitor monitor, HealthStatus failureStatus)
    {
        CacheSnapshot now;
        try
        {
            now = monitor.Current;
        }
        catch (ObjectDisposedException)
        {
            return HealthCheckResult.Unhealthy("The cache has been shut down.");
        }
        var up = now.Servers.Count(server => server.State == ServerState.Up);
        var isConnecting = now.Servers.Any(server => server.State == ServerState.Connecting);
        var status = up == now.Servers.Count ? HealthStatus.Healthy : up > 0 || isConnecting ? HealthStatus.Degraded : failureStatus;
        var said = up == 0 && isConnecting ? "Connecting: " : "";
        return new HealthCheckResult(status, $"{said}{up} of {now.Servers.Count} servers are up.", data: now.Servers.ToDictionary(server => server.Name, Data));
    }

    private static object Data(ServerSnapshot server) => new Dictionary<string, object?>
    {
        ["state"] = server.State.ToString(),
        ["since"] = server.Since,
        ["cause"] = server.Cause,
        ["in_flight"] = server.InFlight,
    };
}
