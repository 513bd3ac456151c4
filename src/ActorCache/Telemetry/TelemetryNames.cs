namespace ActorCache;

/// <summary>The attributes that measurements and spans bear: OpenTelemetry's where it has one, else our own. None of them is a key or a value.</summary>
internal static class TelemetryNames
{
    public const string Memcached = "memcached";
    public const string System = "db.system.name";
    public const string Operation = "db.operation.name";
    public const string BatchSize = "db.operation.batch.size";
    public const string Address = "server.address";
    public const string Port = "server.port";
    public const string Error = "error.type";
    public const string Direction = "network.io.direction";
    public const string Cache = "actorcache.cache";
    public const string Outcome = "actorcache.outcome";
    public const string State = "actorcache.server.state";
    public const string RingChange = "actorcache.ring.change";
    public const string Attempts = "actorcache.attempts";
    public const string FromStandIn = "actorcache.from_stand_in";
    public const string MayHaveBeenApplied = "actorcache.may_have_been_applied";
    public const string AttemptFailed = "actorcache.attempt_failed";
    public const string AttemptEnd = "actorcache.attempt.end";
    public const string Creation = "create";
}
