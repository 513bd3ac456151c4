namespace ActorCache.Caching;

/// <summary>
/// Which entries this process has just given a new time to live, so that one that is read ten thousand times a second is not touched as often. A fixed
/// number of places: what falls on another's place takes it, and is at worst touched once too often.
/// </summary>
internal sealed class RecentTouches(TimeProvider time)
{
    private const int Places = 1024;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private readonly Touched?[] _touched = new Touched?[Places];

    /// <summary>
    /// Whether to touch an entry, from now on known as touched. Not within a second of the last time, or within a tenth of its sliding time if that is less:
    /// memcached counts whole seconds, and <see cref="Entry.SlidesFor"/> gives one more than is asked for.
    /// </summary>
    public bool TryBegin(string key, int sliding)
    {
        ref var place = ref Place(key);
        var now = time.GetTimestamp();
        var tenth = TimeSpan.FromSeconds(sliding / 10d);
        if (Volatile.Read(ref place) is { } last && last.Key == key && time.GetElapsedTime(last.At, now) < (tenth < LongestPause ? tenth : LongestPause)) return false;
        Volatile.Write(ref place, new Touched(key, now));
        return true;
    }

    /// <summary>The touch did not come to anything: the next read tries again.</summary>
    public void Forget(string key)
    {
        ref var place = ref Place(key);
        if (Volatile.Read(ref place)?.Key == key) Volatile.Write(ref place, null);
    }

    private ref Touched? Place(string key) => ref _touched[(uint)key.GetHashCode(StringComparison.Ordinal) % Places];

    private sealed record Touched(string Key, long At);
}
