using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// A call that looks at an item as an ordinary reader does: what is stale, or only a place or a note, is no value; tags are checked, parts are
/// fetched, and a lease that came along unasked goes back.
/// </summary>
internal abstract class ReadOperation<TSelf, TResult> : AwaitableOperation<TSelf, TResult>
    where TSelf : ReadOperation<TSelf, TResult>, new()
    where TResult : IAnswer
{
    private ulong _lease; // of that version, won by a reader who will not renew it
    private bool _wasRevived; // a stale item, by a touch
    private TagStamps? _tags;

    /// <summary>The value's bytes, if they are kept to be read on the caller's thread.</summary>
    protected ArrivedValue Arrived;

    /// <summary>memcached's expiration time, to touch the parts of a large value with; null to only read.</summary>
    protected virtual int? TouchesPartsWith => null;

    /// <summary>
    /// Whether a reply to a get or touch is about a value, as an ordinary reader understands it: one that is marked as stale is none, nor is
    /// the empty place of one that somebody is creating, nor the note that there is none. memcached gives the lease of a stale item to the
    /// first <c>mg</c> that comes, whatever it asked for, so it goes back to the server when the call completes.
    /// </summary>
    /// <param name="reply">The server's.</param>
    /// <param name="value">The value, without the tags that may stand before it. Those are checked before the call completes.</param>
    /// <param name="touched">The request has given the item a new time to live.</param>
    protected bool HoldsValue(in Reply reply, out ReadOnlySpan<byte> value, bool touched = false)
    {
        value = reply.Value;
        if (reply.Stale)
        {
            if (reply.Won || touched) (_lease, _wasRevived) = (reply.Cas, touched);
            return false;
        }
        if (ValueFlags.IsPlaceholder(in reply) || ValueFlags.IsNegative(reply.ClientFlags)) return false;
        if (!ValueFlags.IsTagged(reply.ClientFlags)) return true;
        _tags = TagStamps.Read(value, out var length);
        value = value[length..];
        return _tags is not null;
    }

    protected override Task? Sequel() => Arrived.IsChunked ? GatherAsync() : _tags is null ? null : CheckTagsAsync(_tags);

    // If the connection is lost, the lease is lost with it, and stays lost for as long as the item is stale. What a touch has given a longer life
    // than its invalidation allowed goes for good.
    protected override void SendBehind()
    {
        if (_lease == 0) return;
        Connection!.TrySend(new LeaseReturn(Key, _lease, mark: !_wasRevived, Dispatcher.Now, Deadline));
        _lease = 0;
    }

    protected override void Release()
    {
        Arrived.Release();
        _lease = 0;
        _wasRevived = false;
        _tags = null;
    }

    private async Task CheckTagsAsync(TagStamps tags) => Outcome = await tags.CheckAsync(Dispatcher.Until(Deadline), Cancellation).ConfigureAwait(false);

    private async Task GatherAsync()
    {
        if (_tags is not null) await CheckTagsAsync(_tags).ConfigureAwait(false);
        if (Outcome == CacheOutcome.Hit) (Outcome, Arrived) = await ChunkedValue.GatherAsync(Dispatcher, Arrived, TouchesPartsWith, Deadline, Cancellation).ConfigureAwait(false);
    }
}
