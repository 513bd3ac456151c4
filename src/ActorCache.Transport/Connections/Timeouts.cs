namespace ActorCache.Transport;

/// <summary>
/// How long connections wait. All connections of a pool share one of these, so that a change reaches those that serve as well as those still to be
/// dialled: what is on its way keeps the time it began with, the next request has the new one.
/// </summary>
public sealed class Timeouts
{
    private long _connect = TimeSpan.FromMilliseconds(500).Ticks;
    private long _read = TimeSpan.FromMilliseconds(500).Ticks;

    /// <summary>TCP connect and answered handshake of one dial. Default 500 ms.</summary>
    public TimeSpan Connect
    {
        get => new(Volatile.Read(ref _connect));
        set => Volatile.Write(ref _connect, value.Ticks);
    }

    /// <summary>How long an attempt waits for its answer, and how long operations may be in flight with no byte arriving. Default 500 ms.</summary>
    public TimeSpan Read
    {
        get => new(Volatile.Read(ref _read));
        set => Volatile.Write(ref _read, value.Ticks);
    }
}
