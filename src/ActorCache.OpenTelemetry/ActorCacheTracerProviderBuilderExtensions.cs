using ActorCache;

// Where whoever configures a provider finds it without another using.
namespace OpenTelemetry.Trace;

/// <summary><c>tracing.AddActorCacheInstrumentation()</c>.</summary>
public static class ActorCacheTracerProviderBuilderExtensions
{
    /// <summary>Collects a client span for every call of every cache of the process. None of them holds a key or a value.</summary>
    public static TracerProviderBuilder AddActorCacheInstrumentation(this TracerProviderBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddSource(ActorCacheTelemetry.ActivitySourceName);
    }
}
