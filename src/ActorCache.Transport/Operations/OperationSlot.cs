namespace ActorCache.Transport;

/// <summary>
/// A place in a queue where one operation waits. The place outlives its tenant: when the operation is taken back (timed out, cancelled),
/// the empty slot stays in line as the tombstone that swallows the late reply, so replies never shift.
/// </summary>
internal sealed class OperationSlot
{
    private Operation? _tenant;

    /// <summary>The slot behind this one. Written by producers under their queue's lock, read by its consumer.</summary>
    public OperationSlot? Next;

    /// <summary>When the attempt times out.</summary>
    public long Deadline;

    /// <summary>Where the request begins in the stream of all bytes of its connection.</summary>
    public long Start;

    /// <summary>The number the reply must carry.</summary>
    public ushort Opaque;

    /// <summary>What was asked; known even when the tenant has left.</summary>
    public RequestKind Kind;

    public void Seat(Operation operation)
    {
        Kind = operation.Kind;
        if (PlantedBug.CancelledWaiterRemoved) WasTakenBack = false;
        operation.WaitsIn(this);
        Volatile.Write(ref _tenant, operation);
    }

    /// <summary>The tenant, to look at; it may leave at any time.</summary>
    public Operation? Tenant => Volatile.Read(ref _tenant);

    /// <summary>Takes whoever is here.</summary>
    public Operation? Take() => Interlocked.Exchange(ref _tenant, null);

    /// <summary>Takes this operation, if it is still here, and leaves the witness in its place, if there is one.</summary>
    public bool TryTake(Operation operation, Operation? witness = null)
    {
        if (Interlocked.CompareExchange(ref _tenant, witness, operation) != operation) return false;
        if (PlantedBug.CancelledWaiterRemoved) WasTakenBack = true;
        return true;
    }

    /// <summary>Its tenant left by itself; noted only for a planted bug.</summary>
    public bool WasTakenBack { get; private set; }
}
