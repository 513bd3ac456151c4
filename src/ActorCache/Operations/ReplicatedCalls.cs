using System.Runtime.ExceptionServices;

namespace ActorCache;

/// <summary>
/// Calls of a cache whose servers all hold everything. What changes a server goes to all that live, and a server that is not known to have done it
/// is not read from again before it has been flushed; a read goes to one, and after a miss to one more.
/// </summary>
/// <remarks>
/// Each part is an operation aimed at one server. Two calls for one key are sent in the same order to every server, so that no two servers keep
/// different ones of two values that were written at once. A server that is still being dialled for the first time gets what waits there when it
/// is reached, which may be after what came later: that alone keeps no order among callers that write one key at once.
/// </remarks>
internal static class ReplicatedCalls<TOperation, TResult>
    where TOperation : AwaitableOperation<TOperation, TResult>, new()
    where TResult : IAnswer
{
    public static async ValueTask<TResult> OfAny(TOperation call, CancellationToken ct)
    {
        var table = call.Dispatcher.Routes.TableOrNull;
        var again = call.Copy(); // the call is somebody else's once its result is taken
        try
        {
            var result = await call.RunAlone(ct).ConfigureAwait(false);
            if (result is not { Outcome: CacheOutcome.Miss, Server: { } name } || table?.Find(name) is not { } asked || table.Living.Count < 2) return result;
            again.PassOver(asked.Id);
            var second = again;
            again = null;
            var other = await second.RunAlone(ct).ConfigureAwait(false);
            return other.IsFromServer ? other : result;
        }
        finally
        {
            again?.Discard();
        }
    }

    public static async ValueTask<TResult> OfAll(TOperation call, CancellationToken ct)
    {
        try
        {
            if (call.Prelude(ct) is { } prelude && !await prelude.ConfigureAwait(false)) return call.UnsentResult();
            var parts = new List<Part>();
            foreach (var (server, task) in Send(call, ct)) parts.Add(await Part.Of(server, task).ConfigureAwait(false));
            if (parts.Find(part => part.Fault is not null) is { Fault: { } fault }) ExceptionDispatchInfo.Throw(fault);
            return await Agree(call, parts).ConfigureAwait(false);
        }
        finally
        {
            call.Discard(); // last, as the parts may borrow what it holds
        }
    }

    private static List<(int Server, ValueTask<TResult> Task)> Send(TOperation call, CancellationToken ct)
    {
        var sent = new List<(int, ValueTask<TResult>)>();
#pragma warning disable CA2012 // Each is awaited once, after all have been sent.
        lock (call.Dispatcher.OrderOf(call.Key))
        {
            foreach (var server in call.Dispatcher.Routes.TableOrNull?.Servers ?? [])
            {
                if (server.IsServing) sent.Add((server.Id, Aimed(server.Id)));
            }
        }
        if (sent.Count == 0) sent.Add((0, Aimed(0)));
#pragma warning restore CA2012
        return sent;

        ValueTask<TResult> Aimed(int server)
        {
            var part = call.Copy();
            part.AimAt(server);
            return part.RunAlone(ct);
        }
    }

    // What a server holds that says otherwise than the one that is believed, or says nothing, must not be read.
    private static async ValueTask<TResult> Agree(TOperation call, List<Part> parts)
    {
        var journal = call.Dispatcher.Journal;
        var answers = parts.FindAll(part => part.Answer.IsFromServer);
        if (answers.Count == 0) return (parts.Find(part => part.Answer.MayHaveBeenApplied) ?? parts[0]).Answer;

        var sound = answers.FindAll(part => !journal.PageOf(part.Server).IsSpoiled);
        if (sound.Count > 0) answers = sound;
        var believed = answers[0];
        if (call.IsRepeatable) believed = answers.Find(part => part.Answer.Outcome is CacheOutcome.Stored or CacheOutcome.Hit) ?? believed;
        if (!call.IsWrite) return believed.Answer;

        foreach (var part in parts)
        {
            if (!part.Answer.IsFromServer) journal.InDoubt(call.Key, part.Server);
        }
        // What only overwrites or deletes leaves nothing behind that could differ: a server that refuses a value drops the one before it.
        if (call.IsRepeatable) return believed.Answer;
        foreach (var part in answers.Where(part => part.Answer.Outcome != believed.Answer.Outcome || part.Answer.Number != believed.Answer.Number))
        {
            var delete = KeyOperation.Rent();
            delete.BeginAs(call);
            delete.AimAt(part.Server);
            var deleted = await delete.RunAlone(default).ConfigureAwait(false);
            if (!((IAnswer)deleted).IsFromServer) journal.InDoubt(call.Key, part.Server);
        }
        return believed.Answer;
    }

    /// <summary>What one server came to.</summary>
    private sealed record Part(int Server, TResult Answer, Exception? Fault)
    {
        // Every one is awaited, even after a fault: an operation goes back to its pool when its result is taken.
        public static async ValueTask<Part> Of(int server, ValueTask<TResult> task)
        {
            try
            {
                return new Part(server, await task.ConfigureAwait(false), null);
            }
            catch (Exception e)
            {
                return new Part(server, default!, e);
            }
        }
    }
}
