namespace ActorCache.EmbeddedServer.Storage;

/// <summary>
/// The server's own time: whole seconds since it started, as memcached counts them, driven by a <see cref="TimeProvider"/>. It follows
/// the monotonic clock, so a jump of the wall clock moves no expiry; wall time is only used to read absolute expiry times.
/// </summary>
internal sealed class ServerClock
{
    // protocol.txt, "Expiration times": a larger number is a unix time.
    private const int LongestRelative = 60 * 60 * 24 * 30;

    // memcached starts counting at 2, so that 0 can mean "never" and 1 "before the server started".
    private const uint FirstSecond = 2;

    private readonly TimeProvider _time;
    private readonly long _startTimestamp;
    private readonly long _startUnixTime;

    public ServerClock(TimeProvider time)
    {
        _time = time;
        _startTimestamp = time.GetTimestamp();
        _startUnixTime = time.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>Server seconds now; never 0.</summary>
    public uint Now => FirstSecond + (uint)Uptime;

    public long Uptime => (long)_time.GetElapsedTime(_startTimestamp).TotalSeconds;

    public long UnixTime => _startUnixTime + Uptime;

    /// <summary>
    /// Server seconds at which something with this expiry time is gone: 0 never, negative at once, up to 30 days relative, above it
    /// unix time.
    /// </summary>
    public uint Expiry(int exptime) => exptime switch
    {
        0 => 0,
        // As memcached does: a negative time becomes a unix time in the first days of 1970, which is before the server started.
        < 0 => 1,
        <= LongestRelative => Now + (uint)exptime,
        _ => (uint)Math.Max(1, exptime - _startUnixTime + FirstSecond),
    };
}
