using System.Diagnostics.CodeAnalysis;

namespace ActorCache;

/// <summary>
/// One value on its way to everyone in this process who waits for it. It goes on while anybody waits; when the last one has left, its token
/// is cancelled. How the value is come by is <see cref="Creation{T}"/>'s.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A cancelled source without a timer holds nothing to dispose of.")]
internal sealed class CreationFlight<T>
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _abandoned = new();
    private readonly TaskCompletionSource<CreationEnd<T>> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CreationEnd<T>> _last = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting = 1; // the one who began it

    /// <summary>Cancelled when nobody waits any more.</summary>
    public CancellationToken Abandoned => _abandoned.Token;

    /// <summary>What can be had first: the present value, if there is one while it is being created anew.</summary>
    public Task<CreationEnd<T>> First => _first.Task;

    /// <summary>What it comes to in the end.</summary>
    public Task<CreationEnd<T>> Last => _last.Task;

    /// <summary>One more waits. False: everyone has left, and it is not for anyone any more.</summary>
    public bool TryJoin()
    {
        lock (_gate)
        {
            if (_waiting == 0) return false;
            _waiting++;
            return true;
        }
    }

    /// <summary>One less waits.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (--_waiting > 0) return;
        }
        if (!_last.Task.IsCompleted) _ = AbandonAsync();
    }

    /// <summary>There is a value that may be had meanwhile.</summary>
    public void Present(CreationEnd<T> value) => _first.TrySetResult(value);

    /// <summary>It is over.</summary>
    public void End(CreationEnd<T> end)
    {
        _first.TrySetResult(end);
        _last.TrySetResult(end);
    }

    // The creator's own code may hang on its token, and may throw: none of that is the business of the caller who leaves.
    private async Task AbandonAsync()
    {
        try
        {
            await _abandoned.CancelAsync().ConfigureAwait(false);
        }
        catch (AggregateException)
        {
            // Whoever it was meant for has left.
        }
    }
}
