using ActorCache;

// Where whoever configures a provider finds it without another using.
namespace OpenTelemetry.Metrics;

/// <summary><c>metrics.AddActorCacheInstrumentation()</c>.</summary>
public static class ActorCacheMeterProviderBuilderExtensions
{
    /// <summary>Collects what every cache of the process measures: <c>db.client.operation.duration</c> and <c>actorcache.*</c>, as listed in ActorCache's README.</summary>
    public static MeterProviderBuilder AddActorCacheInstrumentation(this MeterProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddMeter(ActorCacheTelemetry.MeterName);
    }
}
