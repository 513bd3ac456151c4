using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace ActorCache;

/// <summary>Hands each event to everyone who watches. Watchers cost the publisher nothing: a slow one loses its oldest events.</summary>
internal sealed class ServerEventFeed
{
    private const int Backlog = 1024;
    private readonly Lock _gate = new();
    private Channel<ServerEvent>[] _watchers = [];
    private bool _completed;

    public void Publish(ServerEvent happened)
    {
        foreach (var watcher in Volatile.Read(ref _watchers)) watcher.Writer.TryWrite(happened);
    }

    /// <summary>Ends every watch, after the events published so far.</summary>
    public void Complete()
    {
        lock (_gate) _completed = true;
        foreach (var watcher in Volatile.Read(ref _watchers)) watcher.Writer.TryComplete();
    }

    /// <summary>Watches from this call on, not only from the first read on.</summary>
    public IAsyncEnumerable<ServerEvent> WatchAsync(CancellationToken ct)
    {
        var channel = Channel.CreateBounded<ServerEvent>(new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            if (_completed) channel.Writer.TryComplete();
            else Volatile.Write(ref _watchers, [.. _watchers, channel]);
        }
        return ReadAsync(channel, ct);
    }

    private async IAsyncEnumerable<ServerEvent> ReadAsync(Channel<ServerEvent> channel, [EnumeratorCancellation] CancellationToken ct = default)
    {
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(ct).ConfigureAwait(false)) yield return happened;
        }
        finally
        {
            lock (_gate) Volatile.Write(ref _watchers, [.. _watchers.Where(watcher => watcher != channel)]);
        }
    }
}
