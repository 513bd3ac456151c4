using Microsoft.Extensions.Logging;

namespace ActorCache;

/// <summary>Every log line, with its id. One line a transition; no keys, no values.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(1, LogLevel.Information, "{Cache}: {Server} is up.")]
    public static partial void ServerUp(this ILogger log, string cache, string? server);

    [LoggerMessage(2, LogLevel.Warning, "{Cache}: {Server} cannot be reached, others serve its keys meanwhile. {Cause}")]
    public static partial void ServerSuspected(this ILogger log, string cache, string? server, string cause);

    [LoggerMessage(3, LogLevel.Error, "{Cache}: {Server} is ejected from the ring. {Cause}")]
    public static partial void ServerEjected(this ILogger log, string cache, string? server, string cause);

    [LoggerMessage(4, LogLevel.Information, "{Cache}: {Server} is reinstated.")]
    public static partial void ServerReinstated(this ILogger log, string cache, string? server);

    [LoggerMessage(5, LogLevel.Critical, "{Cache}: no server is alive; every call is answered Unavailable.")]
    public static partial void NoServerAlive(this ILogger log, string cache);

    [LoggerMessage(6, LogLevel.Information, "{Cache}: the servers changed. Added: {Added}; removed: {Removed}; reweighted: {Reweighted}.")]
    public static partial void TopologyChanged(this ILogger log, string cache, string added, string removed, string reweighted);

    [LoggerMessage(7, LogLevel.Warning, "{Cache}: the journal of {Server} has overflowed; it is flushed before it serves again.")]
    public static partial void JournalOverflowed(this ILogger log, string cache, string? server);

    [LoggerMessage(8, LogLevel.Error, "{Cache}: {Server} answers but is kept out: {Cause}. Restart it, or allow flush_all.")]
    public static partial void ServerKeptOut(this ILogger log, string cache, string? server, string cause);

    [LoggerMessage(9, LogLevel.Warning, "{Cache}: {Options} changed in the configuration; before the next start only {Reloadable} take effect.")]
    public static partial void NeedsRestart(this ILogger log, string cache, string options, string reloadable);

    [LoggerMessage(10, LogLevel.Error, "{Cache}: the servers in the reloaded configuration were not taken over. {Why}")]
    public static partial void ReloadFailed(this ILogger log, string cache, string why);

    [LoggerMessage(11, LogLevel.Error, "{Cache}: {Server} is ejected from the ring: there is no agreement with it, and it is dialled less often until there is. {Cause}")]
    public static partial void ServerRejected(this ILogger log, string cache, string? server, string cause);

    [LoggerMessage(20, LogLevel.Information, "{Cache}: the configuration was reloaded: {Options}.")]
    public static partial void OptionsReloaded(this ILogger log, string cache, string options);

    [LoggerMessage(21, LogLevel.Error, "{Cache}: the reloaded configuration is not taken over, everything stays as it was. {Why}")]
    public static partial void ReloadRefused(this ILogger log, string cache, string why);

    [LoggerMessage(22, LogLevel.Warning, "{Cache}: the servers cannot be found anew; those found before stay. {Why}")]
    public static partial void ServersNotFound(this ILogger log, string cache, string why);

    [LoggerMessage(23, LogLevel.Information, "{Cache}: the servers can be found again.")]
    public static partial void ServersFoundAgain(this ILogger log, string cache);

    [LoggerMessage(30, LogLevel.Warning, "Health check {Check} is not registered: call services.AddHealthChecks() beside WithActorCacheHealthCheck().")]
    public static partial void HealthChecksMissing(this ILogger log, string check);
}
