namespace ActorCache;

/// <summary>A moment on both clocks: the one people read, which may jump, and the one durations are measured with, which does not.</summary>
/// <param name="Utc">For snapshots and events.</param>
/// <param name="Elapsed">Since some fixed moment in the past.</param>
internal readonly record struct Moment(DateTimeOffset Utc, TimeSpan Elapsed)
{
    public static Moment Of(TimeProvider time) => new(time.GetUtcNow(), time.GetElapsedTime(0, time.GetTimestamp()));
}
