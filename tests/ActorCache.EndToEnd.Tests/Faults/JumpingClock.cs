namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>A wall clock that somebody sets; time stamps and timers go on as ever.</summary>
internal sealed class JumpingClock : TimeProvider
{
    private long _offset;

    public void Jump(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref _offset));
}
