using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A request about a server as a whole: aimed at that server, and at no other when it cannot be reached. It waits for one that is being
/// dialled, within its budget. Not pooled, so that a line of a long answer that is just being read cannot land in the next call.
/// </summary>
/// <typeparam name="TAnswer">What becomes of it, for this one server.</typeparam>
internal abstract class ServerOperation<TAnswer> : Operation
{
    private readonly TaskCompletionSource<TAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dispatcher _dispatcher;
    private readonly string _server;

    protected ServerOperation(Dispatcher dispatcher, string server)
    {
        (_dispatcher, _server) = (dispatcher, server);
        AttemptStarted = dispatcher.Now;
        Deadline = AttemptStarted + dispatcher.Budget;
    }

    public override ReadOnlySpan<byte> Key => default;

    /// <summary>The server as it was when the request was last offered to it; null when it has left.</summary>
    protected ServerRoute? At { get; private set; }

    public Task<TAnswer> RunAsync()
    {
        if (TrySend() is { } refused) _answer.TrySetResult(Unanswered(refused));
        return _answer.Task;
    }

    /// <summary>What the server's whole answer comes to.</summary>
    protected abstract TAnswer Answered();

    /// <summary>What it comes to without one: Unavailable, TimedOut, Overloaded or NotSupported. A line of the answer may be read at the same time.</summary>
    protected abstract TAnswer Unanswered(CacheOutcome why);

    protected sealed override void OnAttemptEnded(AttemptEnd end)
    {
        if (end == AttemptEnd.Moved)
        {
            // The server has been dialled meanwhile: the request is still for that one.
            AttemptStarted = _dispatcher.Now;
            _ = RunAsync();
            return;
        }
        _answer.TrySetResult(Unanswered(end == AttemptEnd.TimedOut ? CacheOutcome.TimedOut : CacheOutcome.Unavailable));
    }

    protected sealed override void Complete() => _answer.TrySetResult(Answered());

    // Null when it is on its way, else what became of it.
    private CacheOutcome? TrySend()
    {
        while (_dispatcher.Routes.TableOrNull is { } table && (At = table.Find(_server)) is { } server)
        {
            switch (server.Connection.TrySend(this))
            {
                case SendOutcome.Accepted: return null;
                case SendOutcome.Full: return CacheOutcome.Overloaded;
                case SendOutcome.NotSupported: return CacheOutcome.NotSupported;
                case SendOutcome.Moved when _dispatcher.Routes.TableOrNull != table: continue;
                default: return CacheOutcome.Unavailable;
            }
        }
        return CacheOutcome.Unavailable;
    }
}
