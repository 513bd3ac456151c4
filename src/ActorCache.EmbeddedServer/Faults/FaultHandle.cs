using ActorCache.EmbeddedServer.Commands;

namespace ActorCache.EmbeddedServer;

/// <summary>A fault that was switched on: counts how often it struck, and switches it off.</summary>
public sealed class FaultHandle : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _lifted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ServerFaults _owner;
    private readonly Random _dice;
    private TaskCompletionSource? _nextHit;
    private long _hits;
    private long _letThrough;

    internal FaultHandle(ServerFaults owner, Fault fault)
    {
        _owner = owner;
        Fault = fault;
        _dice = new Random(fault.Seed);
    }

    /// <summary>What was switched on.</summary>
    public Fault Fault { get; }

    /// <summary>Whether it is still on.</summary>
    public bool IsOn => !_lifted.Task.IsCompleted;

    /// <summary>How often it struck: commands, and for a stall of the whole server also the connect it holds.</summary>
    public long Hits => Interlocked.Read(ref _hits);

    /// <summary>Completes when the fault is switched off.</summary>
    internal Task Lifted => _lifted.Task;

    /// <summary>Completes once the fault has struck this often, so that a test can wait for it instead of sleeping.</summary>
    /// <exception cref="InvalidOperationException">The fault was switched off before.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before.</exception>
    public async Task WaitForHitsAsync(long count, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            Task next;
            lock (_gate)
            {
                if (_hits >= count)
                {
                    return;
                }
                _nextHit ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                next = _nextHit.Task;
            }
            var first = await Task.WhenAny(next, Lifted).WaitAsync(cancellationToken).ConfigureAwait(false);
            if (first != next && Hits < count)
            {
                throw new InvalidOperationException($"The fault was switched off after {Hits} of {count} hits.");
            }
        }
    }

    /// <summary>Switches the fault off at once. Doing it twice is fine.</summary>
    public void Remove() => _owner.Remove(this);

    /// <summary>As <see cref="Remove"/>.</summary>
    public void Dispose() => Remove();

    /// <summary>Whether it strikes this command; if so, that counts.</summary>
    internal bool TryStrike(in CommandLine line)
    {
        if (Fault.Keys is { } keys && !CommandKeys.AnyMatches(line, keys))
        {
            return false;
        }
        lock (_gate)
        {
            if (!IsOn || _hits >= Fault.Limit || (Fault.Probability < 1 && _dice.NextDouble() >= Fault.Probability))
            {
                return false;
            }
            if (_letThrough < Fault.LetsThrough)
            {
                _letThrough++;
                return false;
            }
            _letThrough = 0;
            CountHit();
            return true;
        }
    }

    internal void CountHit()
    {
        lock (_gate)
        {
            Interlocked.Increment(ref _hits);
            _nextHit?.TrySetResult();
            _nextHit = null;
        }
    }

    /// <summary>A generator of the fault's own, so that what it makes up follows from its seed.</summary>
    internal Random NextRandom()
    {
        lock (_gate)
        {
            return new Random(_dice.Next());
        }
    }

    internal void Lift() => _lifted.TrySetResult();
}
