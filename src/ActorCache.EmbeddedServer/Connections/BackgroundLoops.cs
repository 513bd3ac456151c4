using System.Collections.Concurrent;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>The loops a server has running: disposing it can wait for the last of them, and no bug of ours is lost in one.</summary>
internal sealed class BackgroundLoops
{
    private readonly TaskCompletionSource _finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<Exception> _bugs = new();

    // One for the server itself, until it finishes.
    private int _running = 1;
    private int _finishing;

    public void Start(Func<Task> loop)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                await loop().ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Whatever it is, it is told to whoever waits for the end.
            catch (Exception bug)
#pragma warning restore CA1031
            {
                _bugs.Enqueue(bug);
            }
            finally
            {
                Ended();
            }
        });
    }

    /// <summary>Completes when every loop has ended; fails if one ended by an exception that no peer can cause.</summary>
    public async Task FinishAsync()
    {
        if (Interlocked.Exchange(ref _finishing, 1) == 0)
        {
            Ended();
        }
        await _finished.Task.ConfigureAwait(false);
        if (!_bugs.IsEmpty)
        {
            throw new AggregateException("ActorCache.EmbeddedServer: a connection ended by a fault of the server itself.", _bugs);
        }
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _running) == 0)
        {
            _finished.TrySetResult();
        }
    }
}
