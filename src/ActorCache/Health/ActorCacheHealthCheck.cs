using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorCache;

/// <summary>One cache of the service provider, as a health check.</summary>
/// <param name="services">Where the cache is.</param>
/// <param name="cache">Its key; null for the one without.</param>
internal sealed class ActorCacheHealthCheck(IServiceProvider services, string? cache) : IHealthCheck
{
    // Looked up here rather than when the check is made: what is wrong with the cache is then the check's result.
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var found = cache is null ? services.GetRequiredService<IActorCache>() : services.GetRequiredKeyedService<IActorCache>(cache);
        return Task.FromResult(CacheHealth.Of(found.Monitor, context.Registration.FailureStatus));
    }
}
