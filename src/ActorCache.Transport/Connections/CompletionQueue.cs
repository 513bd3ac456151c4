using System.Collections.Concurrent;

namespace ActorCache.Transport;

/// <summary>
/// Hands answered operations to their waiters on thread-pool threads, off the receive loop. One work item serves many operations; before
/// it runs a waiter's code it asks for one more worker, so a waiter that blocks holds up nobody.
/// </summary>
internal sealed class CompletionQueue(Action whenDrained) : IThreadPoolWorkItem
{
    private readonly ConcurrentQueue<Operation> _answered = new();
    private int _workerRequested;
    private volatile bool _many;

    public bool IsEmpty => _answered.IsEmpty;

    /// <summary>Adds the operations answered by one read, in order, and has them completed.</summary>
    public void Add(List<Operation> batch)
    {
        _many = batch.Count > 1;
        foreach (var operation in batch) _answered.Enqueue(operation);
        RequestWorker();
    }

    private void RequestWorker()
    {
        if (Volatile.Read(ref _workerRequested) == 0 && Interlocked.Exchange(ref _workerRequested, 1) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        Volatile.Write(ref _workerRequested, 0);
        while (_answered.TryDequeue(out var operation))
        {
            // Of many, even the last one's worker needs a successor: if every waiter blocks, somebody must still report the queue drained.
            if (_many || !_answered.IsEmpty) RequestWorker();
            operation.Complete();
        }
        whenDrained();
    }
}
