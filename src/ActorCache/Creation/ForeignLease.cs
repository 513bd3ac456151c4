namespace ActorCache;

/// <summary>
/// Somebody else's lease, watched. memcached ends the lease of an empty place by itself; a stale value's, or one whose place was touched or
/// was an empty value all along, it does not. So who has seen the same lease for longer than a lease lasts takes it for given up.
/// </summary>
internal sealed class ForeignLease(TimeProvider time, TimeSpan lease)
{
    // memcached counts time in seconds.
    private readonly TimeSpan _patience = lease + TimeSpan.FromSeconds(1);
    private ulong _cas;
    private string? _server;
    private long _since;

    public bool IsGivenUp(ulong cas, string? server)
    {
        if (cas == _cas && server == _server) return time.GetElapsedTime(_since) >= _patience;
        (_cas, _server, _since) = (cas, server, time.GetTimestamp());
        return false;
    }
}
