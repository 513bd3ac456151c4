using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Watches a server that has been reconnected until it has been at work for a while: what an earlier connection left in its socket is
/// carried out before that. The server's clock counts, not ours: it may be stopped meanwhile, so it is asked again and again, and however
/// long an answer was in coming, it stands for a moment only.
/// </summary>
internal sealed class Settling(Dispatcher clock, TimeSpan needed, IServerConnection connection, Action<SweepEnd> ended)
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(100);
    private TimeSpan _atWork;
    private TimeSpan? _lastAnswer;
    private volatile bool _isAsking;

    public IServerConnection Connection { get; } = connection;

    /// <summary>To be called every so often.</summary>
    public void Ask()
    {
        if (_isAsking) return;
        _isAsking = true;
        var now = clock.Now;
        var question = SweepOperation.NoOp(now, now + clock.Budget, OnAnswer);
        if (Connection.TrySend(question) is var sent && sent != SendOutcome.Accepted) question.Refuse(sent);
    }

    private void OnAnswer(ReplyCode? reply)
    {
        if (reply != ReplyCode.NoOp)
        {
            // It was late, or found no room: it is asked again. If its connection has ended, whoever follows has a while of its own.
            _isAsking = false;
            return;
        }
        var now = clock.Elapsed;
        var gap = now - (_lastAnswer ?? now);
        _atWork += gap < Moment ? gap : Moment;
        _lastAnswer = now;
        if (_atWork >= needed) ended(SweepEnd.Settled);
        else _isAsking = false;
    }
}
