using System.Net;
using System.Net.Sockets;
using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// One pipelined connection to one memcached server, shared by all callers. Requests are encoded under a short lock into a common
/// buffer, and whoever finds the sender idle sends for everyone; one loop reads whole batches of replies and pairs them, in order, with
/// what was asked. It never reconnects: it serves, then it ends once, with a reason. Who dials again, and where a lost operation goes
/// next, are others' worries.
/// </summary>
public sealed class PipelinedConnection : IServerConnection, IThreadPoolWorkItem
{
    private const int HangUpsThatProve = 2;
    private readonly Lock _gate = new();
    private readonly Wire _wire;
    private readonly ConnectionOptions _options;
    private readonly TimeProvider _time;
    private readonly double _stampsPerTick;
    private readonly InFlightQueue _inFlight = new();
    private readonly ReceiveBuffer _received = new();
    private readonly CompletionQueue _completions;
    private readonly List<Operation> _batch = [];
    private readonly StallWatchdog _watchdog;
    private readonly TaskCompletionSource<ConnectionClosed> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Under the gate.
    private SendBuffer _filling = new();
    private SendBuffer _spare = new();
    private long _handed;              // bytes given to the socket since the beginning
    private bool _sending;             // somebody owns the send side
    private volatile bool _corked;     // waiters of one read are being woken; what they send goes out together
    private bool _draining;
    private ConnectionClosed? _end;

    private int _needed;               // the receive loop: bytes before parsing on makes sense
    private long _arrived;             // the receive loop: bytes since the beginning
    private volatile bool _manyPerRead;

    internal PipelinedConnection(Wire wire, ConnectionOptions options, TimeProvider time, Action<IThreadPoolWorkItem>? line = null)
    {
        _wire = wire;
        _options = options;
        _time = time;
        _stampsPerTick = (double)time.TimestampFrequency / TimeSpan.TicksPerSecond;
        Dialect = options.Dialect == Dialect.Auto ? Dialect.Meta : options.Dialect;
        _completions = new CompletionQueue(() => _corked, Uncork);
        _watchdog = new StallWatchdog(this, options, time, line);
    }

    /// <inheritdoc />
    public Task<ConnectionClosed> Completion => _completion.Task;

    /// <summary>Operations written and not yet answered, abandoned ones included.</summary>
    public int InFlight => _inFlight.Count;

    /// <summary>Bytes of requests given to the socket since the handshake.</summary>
    public long BytesSent => Volatile.Read(ref _handed);

    /// <summary>Bytes of replies received since the handshake.</summary>
    public long BytesReceived => Volatile.Read(ref _arrived);

    /// <summary>What the server is spoken to in: any but <see cref="Dialect.Auto"/>.</summary>
    public Dialect Dialect { get; }

    /// <summary>As <see cref="ConnectionOptions.KeysOnly"/>: given, or found out.</summary>
    public bool KeysOnly => _options.KeysOnly;

    /// <summary>
    /// Connects, and has the handshake answered, all within the connect timeout. A peer that answers a get and hangs up on <c>mn</c>, twice, is
    /// dialled once more, and spoken to of keys only: once alone may have been the end of a server.
    /// </summary>
    /// <exception cref="ConnectException">There is no healthy memcached to be reached there now.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="ct"/> was cancelled.</exception>
    public static async Task<PipelinedConnection> ConnectAsync(ServerEndPoint server, ConnectionOptions options, TimeProvider time,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(server);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);

        using var timeout = new CancellationTokenSource(options.ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        try
        {
            for (var hangUps = 0; ; hangUps++)
            {
                if (hangUps == HangUpsThatProve) options = options with { KeysOnly = true };
                if (await TryDialAsync(server, options, time, either.Token).ConfigureAwait(false) is { } connection) return connection;
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new ConnectException(new ConnectionClosed(
                CloseReason.ConnectTimeout, $"{server} gave no sign of health {(options.Tls is null ? "" : "over TLS ")}within {options.ConnectTimeout.TotalMilliseconds:0} ms"));
        }
        catch (Exception e) when (e is SocketException or IOException or ArgumentException or NotSupportedException)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.Unreachable, $"{server}: {e.Message}"), e);
        }
        catch (ProtocolException e)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.HandshakeFailed, e.Message), e);
        }
    }

    /// <inheritdoc />
    public SendOutcome TrySend(Operation operation, bool more = false)
    {
        ArgumentNullException.ThrowIfNull(operation);
        var deadline = Math.Min(operation.AttemptStarted + (long)(_options.ReadTimeout.Ticks * _stampsPerTick), operation.Deadline);
        bool send, wasIdle;
        lock (_gate)
        {
            if (_end is not null || _draining) return SendOutcome.Closed;
            if ((Dialect != Dialect.Meta && !operation.ExistsIn(Dialect)) || (KeysOnly && operation.Kind >= RequestKind.Version)) return SendOutcome.NotSupported;
            if (_inFlight.Count >= _options.MaxInFlight || _filling.Length >= _options.MaxUnsentBytes) return SendOutcome.Full;

            wasIdle = _inFlight.Count == 0;
            if (wasIdle) _watchdog.OnFirstInFlight(operation.AttemptStarted);
            var start = _filling.Length;
            try
            {
                operation.WriteTo(_filling, _inFlight.NextOpaque, Dialect);
            }
            catch
            {
                // Half a request in the stream would be the next command: nothing of it was handed on, so it can be taken back.
                _filling.Truncate(start);
                if (!PlantedBug.SwallowedWriteException) throw;
            }
            _filling.EndRequest(start);
            _inFlight.Enter(operation, deadline, _handed + start);

            send = !more && !_sending && !_corked;
            if (send) _sending = true;
        }
        if (wasIdle) _watchdog.Wake();
        if (send)
        {
            // A lone caller gains by sending at once on its own thread; many gain when those that follow share the system call.
            if (_manyPerRead) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            else Send();
        }
        return SendOutcome.Accepted;
    }

    /// <inheritdoc />
    public void Flush()
    {
        lock (_gate)
        {
            if (_corked || _sending || _filling.Length == 0) return;
            _sending = true;
        }
        Send();
    }

    /// <inheritdoc />
    public void Close(ConnectionClosed end)
    {
        lock (_gate)
        {
            if (_end is not null) return;
            _end = end;
        }
        _watchdog.Stop();
        // What is not on its way yet shall not be delivered late, after an outage: whoever asked is being sent elsewhere.
        if (end.Reason == CloseReason.Closed) _wire.Dispose();
        else _wire.Abort();
        ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.EndAttempts(), this, preferLocal: false);
    }

    /// <inheritdoc />
    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        lock (_gate)
        {
            _draining = true;
            if (_inFlight.Count == 0) _drained.TrySetResult();
        }
        try
        {
            await Task.WhenAny(_drained.Task, _completion.Task).WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Whatever is still in flight ends with the connection.
        }
        Close(new ConnectionClosed(CloseReason.Closed, "drained"));
        return _drained.Task.IsCompletedSuccessfully;
    }

    /// <summary>Starts to read, and to watch deadlines. The handshake is over.</summary>
    internal void Start()
    {
        _ = ReceiveAsync();
        _watchdog.Start();
    }

    /// <summary>Takes out the operations whose attempt is over at <paramref name="now"/>, and lets them move on.</summary>
    internal void EndLateAttempts(long now)
    {
        List<Operation>? late = null;
        lock (_gate)
        {
            for (var slot = _inFlight.Head; slot is not null; slot = Volatile.Read(ref slot.Next))
            {
                if (slot.Deadline <= now && slot.Take() is { } operation) (late ??= []).Add(operation);
            }
        }
        foreach (var operation in late ?? []) operation.OnAttemptEnded(AttemptEnd.TimedOut);
    }

    /// <summary>Gives back the memory of bursts long gone, if nothing is under way.</summary>
    internal void Shrink()
    {
        lock (_gate)
        {
            if (_sending) return;
            _filling.Shrink();
            _spare.Shrink();
        }
    }

    void IThreadPoolWorkItem.Execute() => Send();

    // Null when the peer has hung up on a question that not everything answers.
    private static async Task<PipelinedConnection?> TryDialAsync(ServerEndPoint server, ConnectionOptions options, TimeProvider time, CancellationToken ct)
    {
        var wire = await WireDial.OpenAsync(server, options, time, ct).ConfigureAwait(false);
        PipelinedConnection? connection = null;
        try
        {
            var found = options.Dialect;
            if (found == Dialect.Binary) await new BinaryHandshake(wire).AskAsync(options, ct).ConfigureAwait(false);
            else if (await new Handshake(wire).AskAsync(options, ct).ConfigureAwait(false) is { } spoken) found = spoken;
            else return null;
            server.Answered();
            connection = new PipelinedConnection(wire, options with { Dialect = found }, time);
            connection.Start();
            return connection;
        }
        finally
        {
            if (connection is null) wire.Abort();
        }
    }

    // The owner of the send side sends until nothing is left; then anyone may own it.
    private void Send()
    {
        try
        {
            while (TakeFilled() is { } filled)
            {
                var send = _wire.SendAsync(filled);
                if (!send.IsCompletedSuccessfully)
                {
                    _ = SendRest(send, filled);
                    return;
                }
                send.GetAwaiter().GetResult();
                filled.Clear();
            }
        }
        catch (Exception e)
        {
            Close(ConnectionClosed.Of(e, "sending"));
        }
    }

    private async Task SendRest(ValueTask send, SendBuffer sent)
    {
        try
        {
            await send.ConfigureAwait(false);
            sent.Clear();
        }
        catch (Exception e)
        {
            Close(ConnectionClosed.Of(e, "sending"));
            return;
        }
        Send();
    }

    private SendBuffer? TakeFilled()
    {
        lock (_gate)
        {
            if (_filling.Length == 0 || _end is not null)
            {
                _sending = false;
                return null;
            }
            var filled = _filling;
            (_filling, _spare) = (_spare, filled);
            _handed += filled.Length;
            return filled;
        }
    }

    private void Uncork()
    {
        lock (_gate)
        {
            if (!_corked || !_completions.IsEmpty) return;
            _corked = false;
        }
        Flush();
    }

    private async Task ReceiveAsync()
    {
        ConnectionClosed end;
        try
        {
            while (true)
            {
                var count = await _wire.ReceiveAsync(_received.Room()).ConfigureAwait(false);
                if (count == 0)
                {
                    end = new ConnectionClosed(CloseReason.Lost, "the server closed the connection");
                    break;
                }
                _watchdog.OnReceive();
                _received.Received(count);
                Volatile.Write(ref _arrived, _arrived + count);
                ReadReplies();
            }
        }
        catch (Exception e)
        {
            end = ConnectionClosed.Of(e, "receiving");
        }
        Close(end);
    }

    private void ReadReplies()
    {
        var unread = _received.Unread;
        var read = 0;
        try
        {
            while (unread.Length - read >= _needed)
            {
                if (!TryRead(unread[read..], out var reply, out var consumed))
                {
                    // A length that lies would make a value of all the replies behind it, for as long as it takes.
                    if (_needed > _options.MaxValueBytes + (long)ReplyReader.MaxLine)
                        throw new ProtocolException($"A value of over {_options.MaxValueBytes} bytes is announced, MaxValueBytes: raise it if there are such values");
                    break;
                }
                _needed = 0;
                Pair(ref reply);
                read += consumed;
            }
        }
        finally
        {
            _received.Read(read);
            CompleteBatch();
        }
    }

    private bool TryRead(ReadOnlySpan<byte> unread, out Reply reply, out int consumed) => Dialect switch
    {
        Dialect.Classic => ClassicReplyReader.TryRead(unread, out reply, out consumed, out _needed),
        Dialect.Binary => BinaryReplyReader.TryRead(unread, out reply, out consumed, out _needed),
        _ => ReplyReader.TryRead(unread, out reply, out consumed, out _needed),
    };

    private void Pair(ref Reply reply)
    {
        if (PlantedBug.ReplyReuse || PlantedBug.CancelledWaiterRemoved) _inFlight.SkipVacated();
        var head = _inFlight.Head ?? throw Pairing.Unsolicited(in reply);
        if (!Pairing.Ends(head, in reply, Dialect))
        {
            head.Tenant?.OnReply(in reply);
            return;
        }

        var operation = head.Take();
        _inFlight.Leave();
        if (operation is null) return; // A tombstone: nobody waits for this reply any more.

        try
        {
            if (!Pairing.IsForKeyOf(operation, in reply, Dialect))
                throw new ProtocolException($"A {reply.Code} came for another key than the one asked for");
            if (Dialect == Dialect.Classic && head.Kind != RequestKind.Stats) reply.Translate();
            operation.OnReply(in reply);
        }
        catch (Exception e)
        {
            // Closed first: whoever moves on from here must not be taken in here again.
            Close(ConnectionClosed.Of(e, "receiving"));
            operation.OnAttemptEnded(AttemptEnd.Unanswered);
            throw;
        }
        _batch.Add(operation);
    }

    private void CompleteBatch()
    {
        lock (_gate)
        {
            // A closing connection walks the slots: they must stay linked.
            if (_end is null) _inFlight.Recycle();
            // While the waiters of this read are being woken, what they send next is held back, to go out together.
            _corked |= _batch.Count > 1;
            if (_draining && _inFlight.Count == 0 && _end is null) _drained.TrySetResult();
        }
        if (_batch.Count == 0) return;
        _manyPerRead = _batch.Count > 1;
        _completions.Add(_batch);
        _batch.Clear();
    }

    private void EndAttempts()
    {
        for (var slot = _inFlight.Head; slot is not null; slot = Volatile.Read(ref slot.Next))
            slot.Take()?.OnAttemptEnded(slot.Start >= _handed ? AttemptEnd.NeverSent : AttemptEnd.Unanswered);
        // Only now: nobody dials again before it is known which requests were left without an answer.
        _completion.SetResult(_end!);
    }
}
