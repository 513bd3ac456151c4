using System.Collections.Concurrent;

namespace ActorCache.Transport;

/// <summary>
/// Hands answered operations to their waiters on thread-pool threads, off the receive loop. One work item serves many operations; before
/// it runs a waiter's code it asks for one more worker, so a waiter that blocks holds up nobody.
/// </summary>
/// <param name="isAwaited">Whether somebody waits to be told that the queue is drained.</param>
/// <param name="whenDrained">Told by every worker that finds nothing more to do.</param>
internal sealed class CompletionQueue(Func<bool> isAwaited, Action whenDrained) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Operation> _answered = new();
    private int _workerRequested;

    public bool IsEmpty => _answered.IsEmpty;

    /// <summary>Adds the operations answered by one read, in order, and has them completed.</summary>
    public void Add(List<Operation> batch)
    {
        foreach (var operation in batch) _answered.Enqueue(operation);
        // We fill the queue and then look for a worker; a worker reports itself started and then looks into the queue. Without a fence
        // between the two, on both sides, each may miss the other and the batch lies there: seen on x64, once in ten thousand meetings.
        Interlocked.MemoryBarrier();
        RequestWorker();
    }

    private void RequestWorker()
    {
        if (Volatile.Read(ref _workerRequested) == 0 && Interlocked.Exchange(ref _workerRequested, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Interlocked.Exchange(ref _workerRequested, 0);
        while (_answered.TryDequeue(out var operation))
        {
            // Even the last one's worker may need a successor: if every waiter blocks, somebody must still report the queue drained.
            if (!_answered.IsEmpty || isAwaited()) RequestWorker();
            operation.Complete();
        }
        whenDrained();
    }
}
