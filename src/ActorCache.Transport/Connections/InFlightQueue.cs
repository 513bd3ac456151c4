namespace ActorCache.Transport;

/// <summary>
/// The operations written and not yet answered, in the order of their requests. Producers enter under the connection's lock; the one
/// receive loop leaves without it, so a reply costs no lock. Slots are linked, and the spent ones are given back in one piece.
/// </summary>
internal sealed class InFlightQueue
{
    private OperationSlot _last;          // producers, under the lock
    private OperationSlot? _free;         // under the lock
    private OperationSlot _oldestSpent;   // under the lock
    private OperationSlot _spent;         // the receive loop: the slot it left last; Head is the one behind it
    private OperationSlot? _lastRecyclable; // the receive loop
    private long _entered;
    private long _left;

    public InFlightQueue() => _spent = _oldestSpent = _last = new OperationSlot();

    /// <summary>How many wait, tombstones included.</summary>
    public int Count => (int)(Volatile.Read(ref _entered) - Volatile.Read(ref _left));

    /// <summary>The opaque of the next one to enter.</summary>
    public ushort NextOpaque => (ushort)_entered;

    /// <summary>Whose reply comes next; null when nothing was asked.</summary>
    public OperationSlot? Head => Volatile.Read(ref Volatile.Read(ref _spent).Next);

    /// <summary>Enters an operation whose request has just been written. Under the lock.</summary>
    public void Enter(Operation operation, long deadline, long start)
    {
        var slot = _free ?? new OperationSlot();
        _free = slot.Next;
        slot.Next = null;
        slot.Deadline = deadline;
        slot.Start = start;
        slot.Opaque = NextOpaque;
        slot.Seat(operation);

        var last = _last;
        _last = slot;
        Volatile.Write(ref _entered, _entered + 1);
        Volatile.Write(ref last.Next, slot);
    }

    /// <summary>The head has been answered. On the receive loop.</summary>
    public void Leave()
    {
        _lastRecyclable = _spent;
        Volatile.Write(ref _spent, _spent.Next!);
        Volatile.Write(ref _left, _left + 1);
    }

    /// <summary>Forgets the places that a planted bug does not keep. On the receive loop.</summary>
    public void SkipVacated()
    {
        while (Head is { Tenant: null } head && (PlantedBug.ReplyReuse || head.WasTakenBack)) Leave();
    }

    /// <summary>Makes the slots left since the last time free again. On the receive loop, under the lock.</summary>
    public void Recycle()
    {
        if (_oldestSpent == _spent) return;
        _lastRecyclable!.Next = _free;
        _free = _oldestSpent;
        _oldestSpent = _spent;
    }
}
