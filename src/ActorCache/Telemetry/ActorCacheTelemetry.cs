namespace ActorCache;

/// <summary>
/// What telemetry is to be subscribed to. <c>AddActorCacheInstrumentation()</c> of the package ActorCache.OpenTelemetry does it by these names.
/// </summary>
public static class ActorCacheTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> that every cache's instruments are on.</summary>
    public const string MeterName = "ActorCache";

    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/> that calls' spans come from.</summary>
    public const string ActivitySourceName = "ActorCache";

    /// <summary>The version that both bear: the package's.</summary>
    internal static string Version { get; } = typeof(ActorCacheTelemetry).Assembly.GetName().Version!.ToString(3);
}
