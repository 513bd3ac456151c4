namespace ActorCache.Transport;

/// <summary>
/// Stands where a server's connection will be while it is dialled: operations wait here, within their own budget, until
/// <see cref="Open"/> sends them on. So a host serves from its first second, without failing the calls that came early.
/// </summary>
public sealed class WaitingRoom : IConnection
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private readonly TimeSpan _tick;
    private readonly TimeProvider _time;
    private readonly List<OperationSlot> _waiting = [];
    private ITimer? _timer;
    private bool _open;

    /// <summary>An empty room.</summary>
    /// <param name="options">Its capacity is the in-flight window, its tick looks for operations whose budget is over.</param>
    /// <param name="time">The clock of the operations' deadlines.</param>
    public WaitingRoom(ConnectionOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_capacity, _tick, _time) = (options.MaxInFlight, options.Tick, time);
    }

    /// <inheritdoc />
    public SendOutcome TrySend(Operation operation, bool more = false)
    {
        ArgumentNullException.ThrowIfNull(operation);
        lock (_gate)
        {
            if (_open) return SendOutcome.Moved;
            if (_waiting.Count >= _capacity) return SendOutcome.Full;
            var slot = new OperationSlot { Deadline = operation.Deadline };
            slot.Seat(operation);
            _waiting.Add(slot);
            _timer ??= _time.CreateTimer(static room => ((WaitingRoom)room!).OnTick(), this, _tick, _tick);
            return SendOutcome.Accepted;
        }
    }

    /// <inheritdoc />
    public void Flush() { }

    /// <summary>The dial is over, and the newest table says how: all who wait look there. Call after that table is published.</summary>
    public void Open()
    {
        lock (_gate)
        {
            if (_open) return;
            _open = true;
            _timer?.Dispose();
        }
        foreach (var slot in _waiting) slot.Take()?.OnAttemptEnded(AttemptEnd.Moved);
    }

    private void OnTick()
    {
        var now = _time.GetTimestamp();
        List<Operation>? late = null;
        lock (_gate)
        {
            if (_open) return;
            _waiting.RemoveAll(slot =>
            {
                if (slot.Tenant is not null && slot.Deadline > now) return false;
                if (slot.Take() is { } operation) (late ??= []).Add(operation);
                return true;
            });
        }
        foreach (var operation in late ?? []) operation.OnAttemptEnded(AttemptEnd.TimedOut);
    }
}
