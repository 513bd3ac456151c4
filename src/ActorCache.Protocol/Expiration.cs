namespace ActorCache.Protocol;

/// <summary>
/// Turns a time to live into memcached's <c>exptime</c> ("Expiration times" in protocol.txt): 0 is never, up to thirty days is relative
/// seconds, more is an absolute Unix time. The traps are here once: a fraction of a second must not round to 0 (never), more than thirty
/// days must become absolute, and 1.6.18 expires anything at or past 2^31 at once while it still answers "stored".
/// </summary>
public static class Expiration
{
    /// <summary>The value that means "never expires".</summary>
    public const int Never = 0;

    /// <summary>The latest moment memcached can be told: 2038-01-19T03:14:07Z.</summary>
    public const int Latest = int.MaxValue;

    private static readonly TimeSpan LongestRelative = TimeSpan.FromDays(30);

    /// <summary>The <c>exptime</c> for a time to live, <see cref="Never"/> for null.</summary>
    /// <param name="ttl">How long the item lives: above zero, rounded up to whole seconds; null for ever.</param>
    /// <param name="now">The present, used only past thirty days.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time to live is zero or negative.</exception>
    public static int From(TimeSpan? ttl, DateTimeOffset now)
    {
        if (ttl is not { } span) return Never;
        if (span <= TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(ttl), span, "A time to live must be above zero; leave it out for an item that never expires.");

        var seconds = WholeSeconds(span.Ticks);
        if (span <= LongestRelative) return (int)seconds;
        if (seconds >= Latest) return Latest;
        // The present second has a fraction too: rounding the sum, not the parts, keeps the item from dying early.
        var absolute = WholeSeconds((now - DateTimeOffset.UnixEpoch).Ticks + span.Ticks);
        return absolute >= Latest ? Latest : (int)absolute;
    }

    private static long WholeSeconds(long ticks) => (ticks - 1) / TimeSpan.TicksPerSecond + 1;
}
