using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// One sweep of one server over one connection: flushes it if it has to be, deletes what is stale there, wave by wave, and asks for a sign
/// of health as its last word. Every step follows from the answers to the one before; nothing waits.
/// </summary>
internal sealed class Sweep(Journal journal, Dispatcher clock, int server, IServerConnection connection, Action<SweepEnd> ended)
{
    private const int Wave = 256;
    private List<CopyMark> _stale = [];
    private int _next;
    private int _outstanding;
    private volatile bool _broken;

    public IServerConnection Connection { get; } = connection;

    public void Begin()
    {
        if (journal.PageOf(server).IsSpoiled) Flush();
        else Delete();
    }

    private void Flush()
    {
        var before = journal.BeforeFlush(server);
        var now = clock.Now;
        Send(SweepOperation.FlushAll(now, now + clock.Budget, reply =>
        {
            if (reply == ReplyCode.Ok)
            {
                journal.Flushed(before);
                Delete();
            }
            else if (reply is null) ended(SweepEnd.Broken);
            else if (journal.TryDoWithoutFlush(server)) Delete();
            else ended(SweepEnd.FlushRefused);
        }));
        Connection.Flush();
    }

    private void Delete()
    {
        _stale = journal.StaleAt(server);
        SendWave();
    }

    private void SendWave()
    {
        if (_next == _stale.Count)
        {
            SayLastWord();
            return;
        }
        var now = clock.Now;
        // One more than are sent: whoever answers fast does not end the wave before it is whole.
        _outstanding = 1;
        for (var end = Math.Min(_next + Wave, _stale.Count); _next < end && !_broken; _next++)
        {
            Interlocked.Increment(ref _outstanding);
            Send(SweepOperation.Delete(journal, _stale[_next], now, now + clock.Budget, reply => EndOne(reply is not null)));
        }
        Connection.Flush();
        EndOne(answered: true);
    }

    private void EndOne(bool answered)
    {
        if (!answered) _broken = true;
        if (Interlocked.Decrement(ref _outstanding) > 0) return;
        if (_broken) ended(SweepEnd.Broken);
        else SendWave();
    }

    private void SayLastWord()
    {
        var now = clock.Now;
        Send(SweepOperation.NoOp(now, now + clock.Budget, reply => ended(reply == ReplyCode.NoOp ? SweepEnd.Clean : SweepEnd.Broken)));
        Connection.Flush();
    }

    private void Send(SweepOperation operation)
    {
        if (Connection.TrySend(operation, more: true) is var sent && sent != SendOutcome.Accepted) operation.Refuse(sent);
    }
}
