using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace ActorCache;

/// <summary><c>akka.WithActorCacheHealthCheck()</c>: a cache among the health checks that Akka.Hosting adds to the host's.</summary>
public static class ActorCacheAkkaHealthCheckExtensions
{
    /// <summary>
    /// As <see cref="ActorCacheHealthCheckExtensions.AddActorCache"/>, for a cache of the actor system: beside <c>akka.WithActorCache()</c>. Akka.Hosting
    /// adds no checks unless <c>services.AddHealthChecks()</c> was called too; if it was not, a warning in the log says so when the system starts.
    /// </summary>
    /// <param name="builder">The actor system's.</param>
    /// <param name="cache">The cache's name. Default: the one without a name of its own.</param>
    /// <param name="name">What the check is called. Default: <c>actorcache</c>, or <c>actorcache-</c> and the cache's name.</param>
    /// <param name="failureStatus">What it is when no server is up. Default: Unhealthy.</param>
    /// <param name="tags">To choose checks by, such as <c>ready</c>.</param>
    public static AkkaConfigurationBuilder WithActorCacheHealthCheck(
        this AkkaConfigurationBuilder builder, string? cache = null, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var called = name ?? ActorCacheHealthCheckExtensions.NameOf(cache);
        return builder
            .WithHealthCheck(called, new ActorCacheAkkaHealthCheck(cache ?? ActorCacheExtension.DefaultName), failureStatus ?? HealthStatus.Unhealthy, tags ?? [])
            .WithActors((system, registry, resolver) =>
            {
                if (resolver.GetService<IServiceProviderIsService>()?.IsService(typeof(HealthCheckService)) != false) return;
                resolver.GetService<ILoggerFactory>()?.CreateLogger("ActorCache").HealthChecksMissing(called);
            });
    }
}
