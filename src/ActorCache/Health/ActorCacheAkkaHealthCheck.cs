using Akka.Hosting;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorCache;

/// <summary>One cache of an actor system, as a health check of Akka.Hosting.</summary>
internal sealed class ActorCacheAkkaHealthCheck(string cache) : IAkkaHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(AkkaHealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var failure = context.Registration.FailureStatus;
        // One that is not there is not started by being looked at.
        return Task.FromResult(ActorCacheExtension.For(context.ActorSystem).Find(cache) is { } found
            ? CacheHealth.Of(found.Monitor, failure)
            : new HealthCheckResult(failure, $"No cache \"{cache}\" runs in this actor system."));
    }
}
