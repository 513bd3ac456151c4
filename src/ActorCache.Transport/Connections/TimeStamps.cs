namespace ActorCache.Transport;

/// <summary>Durations in the units of a clock's time stamps.</summary>
public static class TimeStamps
{
    /// <summary>How many time-stamp units of this clock a duration is.</summary>
    public static long ToTimestamp(this TimeProvider time, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(time);
        return (long)(duration.TotalSeconds * time.TimestampFrequency);
    }
}
