namespace ActorCache.EmbeddedServer;

/// <summary>The faults of one server. They can be switched on and off from any thread while it runs, and outlive its restarts.</summary>
public sealed class ServerFaults
{
    private readonly Lock _gate = new();
    private readonly Action _changed;
    private volatile FaultPlan _plan = FaultPlan.None;

    /// <param name="changed">Called after every change, when the new plan is in force for whoever looks.</param>
    internal ServerFaults(Action changed) => _changed = changed;

    internal FaultPlan Plan => _plan;

    /// <summary>
    /// Switches a fault on. When this returns, no command that arrives later escapes it; several faults may be on at once, and those that
    /// spoil replies do so in the order they were added.
    /// </summary>
    public FaultHandle Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var handle = new FaultHandle(this, fault);
        lock (_gate)
        {
            _plan = _plan.With(handle);
        }
        _changed();
        return handle;
    }

    /// <summary>Switches every fault off.</summary>
    public void Clear()
    {
        FaultPlan old;
        lock (_gate)
        {
            old = _plan;
            _plan = FaultPlan.None;
        }
        foreach (var handle in old.Handles)
        {
            handle.Lift();
        }
        _changed();
    }

    internal void Remove(FaultHandle handle)
    {
        lock (_gate)
        {
            _plan = _plan.Without(handle);
        }
        handle.Lift();
        _changed();
    }

    /// <summary>As <see cref="WhileFrozenAsync"/>, for a connect, which is struck by being held.</summary>
    internal async ValueTask HoldConnectAsync(CancellationToken cancellationToken)
    {
        while (_plan.Freeze is { } freeze)
        {
            freeze.CountHit();
            await freeze.Lifted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Completes when no stall stops the whole server.</summary>
    internal async ValueTask WhileFrozenAsync(CancellationToken cancellationToken)
    {
        while (_plan.Freeze is { } freeze)
        {
            await freeze.Lifted.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
