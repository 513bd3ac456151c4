using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace ActorCache;

/// <summary>An operation as the awaitable of its result, and the pool its kind comes from.</summary>
/// <typeparam name="TSelf">The kind.</typeparam>
/// <typeparam name="TResult">What the caller gets.</typeparam>
internal abstract class AwaitableOperation<TSelf, TResult> : CacheOperation, IValueTaskSource<TResult>
    where TSelf : AwaitableOperation<TSelf, TResult>, new()
    where TResult : IAnswer
{
    private const int PoolSize = 4096;
    private static readonly ConcurrentQueue<TSelf> Pool = new();
    [ThreadStatic] private static TSelf? t_spare;

    // Continuations run on the worker that completes: it is a thread-pool thread already.
    private ManualResetValueTaskSourceCore<bool> _source;

    /// <summary>One from the pool. Give it back with <see cref="Discard"/> if it is never started.</summary>
    public static TSelf Rent()
    {
        var operation = t_spare;
        if (operation is null) return Pool.TryDequeue(out operation) ? operation : new TSelf();
        t_spare = null;
        return operation;
    }

    /// <summary>Starts it and returns the awaitable, which gives it back to the pool when its result is taken.</summary>
    public ValueTask<TResult> Run(CancellationToken ct, bool more = false)
    {
        if (IsForAll) return BeginMeasured().Of(ReplicatedCalls<TSelf, TResult>.OfAll((TSelf)this, ct));
        if (IsForAny) return BeginMeasured().Of(ReplicatedCalls<TSelf, TResult>.OfAny((TSelf)this, ct));
        BeginMeasuredAlone();
        return RunAlone(ct, more);
    }

    /// <summary>As <see cref="Run"/>, for a part of a call.</summary>
    public ValueTask<TResult> RunAlone(CancellationToken ct, bool more = false)
    {
        var result = new ValueTask<TResult>(this, _source.Version);
        if (Prelude(ct) is { } prelude) _ = StartAfter(prelude, ct);
        else Start(more, ct);
        return result;
    }

    /// <summary>Another one with the same arguments, for another server.</summary>
    public TSelf Copy()
    {
        var copy = Rent();
        copy.BeginAs(this);
        copy.CopyFrom((TSelf)this);
        return copy;
    }

    /// <summary>Back to the pool.</summary>
    public void Discard()
    {
        Reset();
        Release();
        _source.Reset();
        if (t_spare is null) t_spare = (TSelf)this;
        else if (Pool.Count < PoolSize) Pool.Enqueue((TSelf)this);
    }

    protected sealed override void Complete()
    {
        if (TakeAnswered())
        {
            if (HasNextStep())
            {
                if (TryNextStep()) return;
            }
            else if (Sequel() is { } sequel)
            {
                _ = CompleteAfter(sequel);
                return;
            }
        }
        End();
    }

    /// <summary>What else has to be done before the call is sent off, such as storing the parts of a large value; null for nothing. False: it has ended.</summary>
    public virtual Task<bool>? Prelude(CancellationToken ct) => null;

    // Before the awaitable is set: from then on this may be another call's.
    private void End()
    {
        EndMeasured();
        _source.SetResult(true);
    }

    private async Task StartAfter(Task<bool> prelude, CancellationToken ct)
    {
        try
        {
            if (await prelude.ConfigureAwait(false))
            {
                Start(more: false, ct);
                return;
            }
        }
        catch (Exception e)
        {
            Fault = e;
        }
        End();
    }

    private async Task CompleteAfter(Task sequel)
    {
        try
        {
            await sequel.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Fault = e;
        }
        End();
    }

    /// <summary>What it has come to, of one that ended before it was sent.</summary>
    public TResult UnsentResult() => Result();

    /// <summary>Takes over the arguments of another call.</summary>
    protected abstract void CopyFrom(TSelf other);

    /// <summary>The result, on the caller's thread. May throw, for a value that does not read.</summary>
    protected abstract TResult Result();

    /// <summary>Lets go of what this kind holds of the call.</summary>
    protected abstract void Release();

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        _source.GetResult(token);
        try
        {
            if (Fault is not null) ExceptionDispatchInfo.Throw(Fault);
            return Result();
        }
        finally
        {
            Discard();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token)
    {
        var status = _source.GetStatus(token);
        return status == ValueTaskSourceStatus.Succeeded && Fault is not null
            ? Fault is OperationCanceledException ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted
            : status;
    }

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
