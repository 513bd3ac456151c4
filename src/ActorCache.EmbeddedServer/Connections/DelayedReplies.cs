using System.Threading.Channels;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>
/// Replies that leave later than they were made, in order, while the connection goes on executing. Only there once a delay has struck.
/// </summary>
internal sealed class DelayedReplies
{
    // Batches on their way; more make the connection wait, so that a delay cannot pile up memory.
    private const int Capacity = 256;

    private readonly Channel<(long Due, byte[] Bytes)> _waiting
        = Channel.CreateBounded<(long Due, byte[] Bytes)>(new BoundedChannelOptions(Capacity) { SingleReader = true, SingleWriter = true });

    private readonly TimeProvider _time;
    private readonly Func<ReadOnlyMemory<byte>, ValueTask> _send;
    private readonly Task _pump;
    private int _unsent;

    public DelayedReplies(TimeProvider time, Func<ReadOnlyMemory<byte>, ValueTask> send, CancellationToken closed)
    {
        _time = time;
        _send = send;
        _pump = PumpAsync(closed);
    }

    /// <summary>Whether everything has left, so that the next reply may leave at once without overtaking.</summary>
    public bool IsIdle => Volatile.Read(ref _unsent) == 0;

    public ValueTask AddAsync(ReadOnlyMemory<byte> reply, TimeSpan lateness, CancellationToken closed)
    {
        Interlocked.Increment(ref _unsent);
        var due = _time.GetTimestamp() + (long)(lateness.TotalSeconds * _time.TimestampFrequency);
        return _waiting.Writer.WriteAsync((due, reply.ToArray()), closed);
    }

    /// <summary>Completes when everything has left.</summary>
    public Task FinishAsync()
    {
        _waiting.Writer.TryComplete();
        return _pump;
    }

    private async Task PumpAsync(CancellationToken closed)
    {
        try
        {
            await foreach (var (due, bytes) in _waiting.Reader.ReadAllAsync(closed).ConfigureAwait(false))
            {
                var wait = _time.GetElapsedTime(_time.GetTimestamp(), due);
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, _time, closed).ConfigureAwait(false);
                }
                await _send(bytes).ConfigureAwait(false);
                Interlocked.Decrement(ref _unsent);
            }
        }
        finally
        {
            // Whoever waits for room must not wait for a pump that has ended.
            _waiting.Writer.TryComplete();
        }
    }
}
