using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>A flush of one server: aimed at that server, and at no other when it cannot be reached.</summary>
internal sealed class FlushOperation : Operation
{
    private readonly TaskCompletionSource<CacheOutcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dispatcher _dispatcher;
    private readonly string _server;
    private CacheOutcome _answer;

    public FlushOperation(Dispatcher dispatcher, string server)
    {
        (_dispatcher, _server) = (dispatcher, server);
        AttemptStarted = dispatcher.Now;
        Deadline = AttemptStarted + dispatcher.Budget;
    }

    public override RequestKind Kind => RequestKind.FlushAll;

    public override ReadOnlySpan<byte> Key => default;

    public Task<CacheOutcome> RunAsync()
    {
        if (TrySend() is { } refused) _outcome.TrySetResult(refused);
        return _outcome.Task;
    }

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => MetaRequests.FlushAll(output);

    protected override void OnReply(in Reply reply) =>
        _answer = reply.Code == ReplyCode.Ok ? CacheOutcome.Stored : CacheOutcome.ServerError;

    protected override void OnAttemptEnded(AttemptEnd end)
    {
        if (end == AttemptEnd.Moved)
        {
            // The server has been dialled meanwhile: the flush is still for that one.
            AttemptStarted = _dispatcher.Now;
            _ = RunAsync();
            return;
        }
        _outcome.TrySetResult(end == AttemptEnd.TimedOut ? CacheOutcome.TimedOut : CacheOutcome.Unavailable);
    }

    protected override void Complete() => _outcome.TrySetResult(_answer);

    // Null when it is on its way, else what became of it.
    private CacheOutcome? TrySend()
    {
        while (_dispatcher.Routes.TableOrNull is { } table && table.Find(_server) is { } server)
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
