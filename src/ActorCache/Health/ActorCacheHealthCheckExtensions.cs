using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorCache;

/// <summary><c>services.AddHealthChecks().AddActorCache()</c>: a cache among the host's health checks.</summary>
public static class ActorCacheHealthCheckExtensions
{
    /// <summary>
    /// Adds one cache. Healthy: all its servers are up. Degraded: some are not, and others serve their keys; or none has been reached since the
    /// host started, and calls wait for the first. When none is up: <paramref name="failureStatus"/>. Unhealthy after shutdown. The check reads what
    /// the cache knows and sends nothing, so a server that hangs does not hold it up.
    /// </summary>
    /// <remarks>
    /// <see cref="HealthReportEntry.Data"/> has an entry for every server, by its name, that is a dictionary: <c>state</c> (<see cref="ServerState"/> as
    /// text), <c>since</c> (<see cref="DateTimeOffset"/>), <c>cause</c> (text, or null when nothing went wrong) and <c>in_flight</c> (requests sent and not yet answered).
    /// </remarks>
    /// <param name="builder">What <c>services.AddHealthChecks()</c> returns.</param>
    /// <param name="cache">The key of a keyed cache. Default: the cache without a key.</param>
    /// <param name="name">What the check is called. Default: <c>actorcache</c>, or <c>actorcache-</c> and the cache's key.</param>
    /// <param name="failureStatus">
    /// What it is when no server is up. Default: Unhealthy. Degraded for a host that does well without its cache, and must not be restarted for it.
    /// </param>
    /// <param name="tags">To choose checks by, such as <c>ready</c>.</param>
    public static IHealthChecksBuilder AddActorCache(
        this IHealthChecksBuilder builder, string? cache = null, string? name = null, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name ?? NameOf(cache), services => new ActorCacheHealthCheck(services, cache), failureStatus, tags));
    }

    internal static string NameOf(string? cache) => cache is null ? "actorcache" : $"actorcache-{cache}";
}
