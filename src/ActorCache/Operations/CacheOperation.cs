using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// One call of the cache on its way: its key, the servers it has tried, and what it ends with. It decides what happens when an attempt
/// fails (DESIGN: reads and idempotent writes go to the next server, the rest only if no byte of them was written). Pooled, and the
/// awaitable that the caller holds.
/// </summary>
internal abstract class CacheOperation : Operation
{
    private readonly byte[] _key = new byte[CacheKey.MaxEncoded];
    private int _keyLength;
    private Ring _ring = null!;
    private uint _hash; // of its place on that ring; another topology's may have another one
    private int? _aim; // the one server it is for, where all servers get it
    private int[] _tried = new int[4]; // first who failed it, then who was passed over in this search
    private int _failedCount;
    private int _triedCount;
    private Dispatcher _dispatcher = null!;
    private ServerRoute? _at;
    private ServerRoute? _inDoubt; // serves, but what it holds of the key is not to be trusted yet
    private bool _ownerServes;
    private bool _isSent;     // to a server, as far as anyone knows; not waiting for one
    private bool _supersedes; // there it takes the place of a copy that is stale
    private bool _isAnswered; // by a server, and not looked at yet
    private string _text = "";
    private CancellationToken _cancellation;
    private CancellationTokenRegistration _registration;
    private bool _cancelled;
    private MeasuredCall _call;
    private int _attempts;

    public override ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

    /// <summary>What it does to the key, as far as copies of it elsewhere are concerned.</summary>
    protected abstract WriteKind Writes { get; }

    /// <summary>Whether carrying it out twice is the same as once, so that an unanswered attempt may be repeated elsewhere.</summary>
    public abstract bool IsRepeatable { get; }

    /// <summary>Whether it changes what a server holds or for how long.</summary>
    protected virtual bool ChangesServers => true;

    /// <summary>What a read comes to when no server holds anything that can be trusted.</summary>
    protected virtual CacheOutcome NothingHeld => CacheOutcome.Miss;

    /// <summary>The one server a request may be sent to, where it rests on what that server has answered before; null for any.</summary>
    protected virtual string? OnlyAt => null;

    /// <summary>How the call ended.</summary>
    protected CacheOutcome Outcome { get; set; }

    /// <summary>What the call is to be measured as; None for a part of another one.</summary>
    public CallKind MeasuredAs { get; set; }

    /// <summary>What the caller gets thrown, if anything.</summary>
    protected Exception? Fault { get; set; }

    /// <summary>The caller's own token, for what else has to come in.</summary>
    protected CancellationToken Cancellation => _cancellation;

    protected bool MayHaveBeenApplied { get; private set; }

    protected string? Server => _at?.Name;

    protected bool FromStandIn => _at is not null && !_ownerServes;

    /// <summary>It goes to the key's owner, and no key is displaced.</summary>
    protected bool IsUndisturbed => _ownerServes && _dispatcher.Journal.IsQuiet;

    /// <summary>Begins a call: checks and keeps the key, and starts its budget.</summary>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    /// <exception cref="ObjectDisposedException">The cache has been shut down.</exception>
    public void Begin(Dispatcher dispatcher, string key)
    {
        _keyLength = dispatcher.Keys.Encode(key, _key);
        _text = key;
        _dispatcher = dispatcher;
        Find(dispatcher.Routes.Table.Ring);
        AttemptStarted = dispatcher.Now;
        Deadline = dispatcher.DeadlineFrom(AttemptStarted);
        dispatcher.Retries.OnCall();
    }

    /// <summary>Whether it goes to every server: it changes what they hold, and all hold everything.</summary>
    public bool IsForAll => _ring.Ownership == Ownership.All && ChangesServers;

    /// <summary>Whether it changes values, and not only how long they live.</summary>
    public bool IsWrite => Writes != WriteKind.None;

    /// <summary>Whether it reads where all hold everything, so that a miss is worth another question.</summary>
    public bool IsForAny => _ring.Ownership == Ownership.All && !ChangesServers;

    /// <summary>What a call needs of its cache to find its way.</summary>
    public Dispatcher Dispatcher => _dispatcher;

    /// <summary>Begins as part of another one's call: the same key, and what is left of the same budget.</summary>
    public void BeginAs(CacheOperation other)
    {
        other.Key.CopyTo(_key);
        (_keyLength, _text) = (other._keyLength, other._text);
        _dispatcher = other._dispatcher;
        Find(other._ring);
        (AttemptStarted, Deadline) = (_dispatcher.Now, other.Deadline);
    }

    /// <summary>It is for this server and no other, whatever the journal says of that one: all get the same in the same order.</summary>
    public void AimAt(int server) => _aim = server;

    /// <summary>It is not for this server, which has been asked.</summary>
    public void PassOver(int server) => Failed(server);

    /// <summary>It is part of a call that has less time left.</summary>
    public void EndBy(long deadline) => Deadline = Math.Min(Deadline, deadline);

    /// <summary>How many bytes of value it sends.</summary>
    public virtual long ValueLength => 0;

    /// <summary>Where it went, or was last refused.</summary>
    public IConnection? Connection => _at?.Connection;

    /// <summary>Sends it off. What it comes to, perhaps at once, is for the awaitable.</summary>
    public void Start(bool more, CancellationToken ct)
    {
        // One of many may have waited for its wave: its attempt begins now, or not at all any more.
        if (more && (AttemptStarted = _dispatcher.Now) >= Deadline)
        {
            End(CacheOutcome.TimedOut);
            Complete();
            return;
        }
        if (ValueLength > _dispatcher.MaxValueBytes && !TryShrink())
        {
            End(CacheOutcome.TooLarge);
            Complete();
            return;
        }
        if (ct.CanBeCanceled)
        {
            _cancellation = ct;
            _registration = ct.UnsafeRegister(static (operation, _) => ((CacheOperation)operation!).OnCancelled(), this);
        }
        if (TrySendOn(more)) return;
        if (Outcome == CacheOutcome.Unavailable && _dispatcher.IsTurnToYield()) _dispatcher.Wake(this);
        else Complete();
    }

    /// <summary>It is more than the server takes. True: from now on it is a smaller request, and goes on. False: it ends, as TooLarge.</summary>
    protected virtual bool TryShrink() => false;

    /// <summary>The call is about to be carried out, and is measured from where it began if somebody listens.</summary>
    protected MeasuredCall BeginMeasured() => MeasuredAs != CallKind.None && _dispatcher.Telemetry is { IsListenedTo: true } telemetry
        ? telemetry.Begin(MeasuredAs, Deadline - _dispatcher.Budget)
        : default;

    /// <summary>As <see cref="BeginMeasured"/>, until this very operation ends.</summary>
    protected void BeginMeasuredAlone() => _call = BeginMeasured();

    /// <summary>It is over, and its caller is about to hear of it.</summary>
    protected void EndMeasured()
    {
        if (!_call.IsOn) return;
        _call.Ended(Fault is null ? CallEnds.Of(Outcome) : CallEnds.Of(Fault), _at?.Figures, _attempts, FromStandIn, MayHaveBeenApplied);
        _call = default;
    }

    protected override void OnAttemptEnded(AttemptEnd end)
    {
        var at = _at!;
        // Where calls wait for a server that has just been lost, this one does too.
        var goesOn = end != AttemptEnd.Moved && !(at.IsAwaited && end != AttemptEnd.TimedOut);
        if (goesOn) Failed(at.Id);
        if (end == AttemptEnd.Moved) _attempts--; // That was no attempt, only waiting for one.
        else _call.AttemptFailed(at.Figures, end);
        if (end is AttemptEnd.Unanswered or AttemptEnd.TimedOut && _isSent) MayHaveBeenApplied = true;
        LeaveInDoubt(wasWritten: end != AttemptEnd.NeverSent);

        AttemptStarted = _dispatcher.Now;
        if (Fault is not null || AttemptStarted >= Deadline) End(CacheOutcome.TimedOut);
        else if (Volatile.Read(ref _cancelled)) EndCancelled();
        else if (MayHaveBeenApplied && !IsRepeatable) End(CacheOutcome.Unavailable);
        else if (end == AttemptEnd.TimedOut && (_aim is not null || !_dispatcher.Retries.TryTake())) End(CacheOutcome.TimedOut);
        else if (TrySendOn())
        {
            if (goesOn) at.Figures.Rerouted();
            return;
        }
        _dispatcher.Wake(this);
    }

    /// <summary>memcached's expiration time for where the operation goes: a stand-in does not keep a value for long.</summary>
    protected int Lifetime(int exptime) =>
        FromStandIn && (exptime == Expiration.Never || exptime > _dispatcher.StandInTtl) ? _dispatcher.StandInTtl : exptime;

    /// <summary>Takes a reply apart; called where replies are received.</summary>
    protected sealed override void OnReply(in Reply reply)
    {
        _isAnswered = true;
        try
        {
            Outcome = reply.Code switch
            {
                ReplyCode.ServerError => reply.Text.StartsWith("object too large"u8) ? CacheOutcome.TooLarge : CacheOutcome.ServerError,
                ReplyCode.ClientError => CacheOutcome.ServerError,
                _ => Answer(in reply),
            };
            if (reply.Code == ReplyCode.ClientError && Kind == RequestKind.Arithmetic && reply.Text.EndsWith("non-numeric value"u8))
                Outcome = CacheOutcome.NotANumber;
        }
        catch (Exception e)
        {
            // A value that does not read is the caller's to hear of; the connection has done its part.
            Fault = e;
        }
    }

    /// <summary>The write is over, and its caller is about to hear of it: what is being created for the key began before it, and is not for whoever asks from now on.</summary>
    protected void Overtake() => _dispatcher.Flights.Overtaken(_text);

    /// <summary>What an ordinary reply means, and its value kept.</summary>
    protected abstract CacheOutcome Answer(in Reply reply);

    /// <summary>
    /// Whether the answer that has just come asks for one more request of the same call, for the same key and within the same budget. From
    /// then on the operation's kind, and what it writes, are that request's. Called once an answer, off the receive loop.
    /// </summary>
    protected virtual bool HasNextStep() => false;

    /// <summary>What else has to come in before the answer is whole, such as the parts of a large value; null for nothing. May change the outcome.</summary>
    protected virtual Task? Sequel() => null;

    /// <summary>What is to be sent behind an answer, over the same connection, and is waited for by nobody.</summary>
    protected virtual void SendBehind() { }

    /// <summary>Whether it is a server's answer that it ends with, and nobody has looked at that one yet.</summary>
    protected bool TakeAnswered()
    {
        var answered = _isAnswered;
        _isAnswered = false;
        if (answered) SendBehind();
        return answered && Fault is null;
    }

    /// <summary>Sends the next request of the same call. False: it has ended without.</summary>
    protected bool TryNextStep()
    {
        _isSent = _supersedes = false; // That attempt has its answer.
        AttemptStarted = _dispatcher.Now;
        if (AttemptStarted >= Deadline) End(CacheOutcome.TimedOut);
        else if (Volatile.Read(ref _cancelled)) EndCancelled();
        else return TrySendOn();
        return false;
    }

    /// <summary>Makes ready for the pool: holds on to nothing of the call, and hears of no cancellation any more.</summary>
    protected void Reset()
    {
        // Waits for a cancellation that is just being delivered, so that it cannot hit the next call.
        _registration.Dispose();
        _registration = default;
        _cancellation = default;
        _cancelled = false;
        _triedCount = _failedCount = 0;
        _at = null;
        _aim = null;
        _ownerServes = false;
        _isSent = _supersedes = _isAnswered = false;
        _text = "";
        _inDoubt = null;
        _call = default;
        _attempts = 0;
        MeasuredAs = CallKind.None;
        Outcome = CacheOutcome.Unavailable;
        Fault = null;
        MayHaveBeenApplied = false;
    }

    /// <summary>Offers it to the key's server, and to the next ones in the key's order. False: it has ended, and still has to be completed.</summary>
    private bool TrySendOn(bool more = false)
    {
        var cancellable = _cancellation.CanBeCanceled;
        _triedCount = _failedCount; // Whoever was only passed over last time may do now.
        _inDoubt = null;
        while (_dispatcher.Routes.TableOrNull is { } table)
        {
            if (cancellable && Volatile.Read(ref _cancelled))
            {
                EndCancelled();
                return false;
            }
            if (table.Ring != _ring) Find(table.Ring);
            var place = new KeyPlace(_hash, Key);
            var tried = _tried.AsSpan(0, _triedCount);
            var server = _aim is { } aim ? table.Only(aim, tried) : _triedCount == 0 ? table.For(place) : table.Next(place, tried);
            if (server is null || (OnlyAt is { } only && server.Name != only)) break;

            _at = server;
            if (ValueLength > server.LargestItem && !TryShrink())
            {
                End(CacheOutcome.TooLarge);
                return false;
            }
            // The search for the owner is saved where it is plain who that is: on a whole ring, the first server asked.
            _ownerServes = (_triedCount == 0 && table.IsWhole) || !table.IsStandIn(server, place);
            SendOutcome sent;
            try
            {
                var connection = server.Connection;
                _attempts++; // Once it is accepted it may be somebody else's.
                _supersedes = false;
                _isSent = connection is not WaitingRoom;
                sent = !_isSent || _aim is not null || (_ownerServes && _dispatcher.Journal.IsQuiet && !(Writes != WriteKind.None && _dispatcher.Journal.HasFormerOwners))
                    ? connection.TrySend(this, more)
                    : TrySendNoted(server, connection, more);
                if (sent == SendOutcome.Closed && server.IsAwaited)
                {
                    _supersedes = _isSent = false;
                    sent = server.Entrance.TrySend(this, more);
                }
            }
            catch (Exception e)
            {
                _attempts--;
                Fault = e;
                return false;
            }

            if (sent != SendOutcome.Accepted) _attempts--;
            switch (sent)
            {
                case SendOutcome.Accepted:
                    // A cancellation that came while it was in nobody's slot left only its mark.
                    if (!cancellable || !Volatile.Read(ref _cancelled) || !TryAbandon()) return true;
                    EndCancelled();
                    return false;
                case SendOutcome.Full:
                    End(CacheOutcome.Overloaded);
                    return false;
                case SendOutcome.NotSupported:
                    End(CacheOutcome.NotSupported);
                    return false;
                case SendOutcome.Moved when _dispatcher.Routes.TableOrNull != table:
                    break;
                default:
                    Tried(server.Id);
                    break;
            }
        }
        End(CacheOutcome.Unavailable);
        return _inDoubt is { } last && TrySendInDoubt(last, more);
    }

    // Nobody else is left. A read need not fail for that: nothing that could be trusted is held anywhere. What overwrites may go there, only
    // it is not trusted either, until the server has been cleaned.
    private bool TrySendInDoubt(ServerRoute server, bool more)
    {
        _at = server;
        switch (Writes)
        {
            case WriteKind.None:
                End(NothingHeld);
                return false;
            case WriteKind.Replaces or WriteKind.Removes:
                _dispatcher.Journal.UseSpoiled(server.Id);
                _dispatcher.Journal.Writing(Key, server.Id);
                _isSent = true;
                _attempts++;
                if (server.Connection.TrySend(this, more) == SendOutcome.Accepted) return true;
                _attempts--;
                _isSent = false;
                Failed(server.Id);
                return TrySendOn(more);
            default:
                return false;
        }
    }

    // While keys are displaced: a server whose copy of this one is stale is used only after a delete of it, in the same pipeline; and a
    // write makes every other copy stale.
    private SendOutcome TrySendNoted(ServerRoute server, IConnection connection, bool more)
    {
        var journal = _dispatcher.Journal;
        var standing = journal.StandingOf(Key, server.Id);
        if (standing == Standing.Spoiled) _inDoubt ??= server;
        else if (standing == Standing.Stale && !server.History.IsSettled) _inDoubt = server;
        if (standing == Standing.Spoiled) return SendOutcome.Moved; // not to be had here, however long one waits
        _supersedes = standing == Standing.Stale && Writes != WriteKind.None;
        if (standing == Standing.Stale)
        {
            // What was written over an earlier connection may yet be carried out: not even a delete helps before that.
            if (!server.History.IsSettled) return SendOutcome.Closed;
            if (Writes is not (WriteKind.Replaces or WriteKind.Removes) && journal.ToClean(Key, server.Id) is { } copy)
            {
                var now = _dispatcher.Now;
                var cleaned = connection.TrySend(SweepOperation.Delete(journal, copy, now, now + _dispatcher.Budget), more: true);
                if (cleaned != SendOutcome.Accepted) return cleaned;
            }
        }
        var mark = Writes is WriteKind.Removes or WriteKind.Replaces or WriteKind.Creates ? journal.Writing(Key, server.Id) : null;
        var sent = connection.TrySend(this, more);
        // From here on the operation may be somebody else's: only what was taken before may be used.
        if (sent == SendOutcome.Accepted) mark?.Superseded();
        else connection.Flush(); // The delete was to travel with it, and would wait for somebody else's request, or for a stall.
        return sent;
    }

    // The attempt is over without an answer. What may be carried out late must not be found there later; and what took a stale copy's place
    // may not have come to do so.
    private void LeaveInDoubt(bool wasWritten = true)
    {
        if (_isSent && (_supersedes || (wasWritten && NeedsAnswer))) _dispatcher.Journal.InDoubt(Key, _at!.Id);
        _isSent = _supersedes = false;
    }

    // The caller has given up. A write that may come late leaves somebody behind who hears of it.
    private bool TryAbandon()
    {
        var witness = NeedsAnswer ? new AbandonedWrite(Kind, Key, _dispatcher.Journal) : null;
        if (!TryTakeBack(witness)) return false;
        witness?.StandsAt(_isSent ? _at!.Id : 0);
        // What took the place of a stale copy may yet not come to do so.
        if (_isSent && _supersedes) _dispatcher.Journal.InDoubt(Key, _at!.Id);
        return true;
    }

    private void OnCancelled()
    {
        Volatile.Write(ref _cancelled, true);
        Interlocked.MemoryBarrier();
        if (!TryAbandon()) return; // In nobody's slot: whoever has it sees the mark, or has its answer.
        EndCancelled();
        _dispatcher.Wake(this);
    }

    // Without an answer it leaves a copy that cannot be trusted: it may bring an old value back or, where all hold everything, have passed by one.
    private bool NeedsAnswer => _aim is null ? Writes is WriteKind.Replaces or WriteKind.Creates or WriteKind.Renews : Writes != WriteKind.None;

    private void Find(Ring ring) => (_ring, _hash) = (ring, ring.Place(Key).Hash);

    private void EndCancelled() => Fault = new OperationCanceledException(_cancellation);

    private void End(CacheOutcome outcome) => Outcome = outcome;

    private void Failed(int server)
    {
        _triedCount = _failedCount;
        Tried(server);
        _failedCount = _triedCount;
    }

    private void Tried(int server)
    {
        if (_triedCount == _tried.Length) Array.Resize(ref _tried, 2 * _triedCount);
        _tried[_triedCount++] = server;
    }
}
