using System.Net.Sockets;
using System.Threading.Channels;
using ActorCache.EmbeddedServer.Commands;

namespace ActorCache.EmbeddedServer.Connections;

/// <summary>
/// One client: reads what has arrived, runs every complete command of it, and sends all their replies at once. Faults are applied here,
/// at the points a command passes: before it runs, on its reply, and when the reply leaves.
/// </summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Socket _socket;
    private readonly Incarnation _server;
    private readonly ServerFaults _faults;
    private readonly Action<long> _executed;
    private readonly CancellationTokenSource _closed = new();
    private readonly InputBuffer _input = new();
    private readonly ReplyBuffer _reply = new();
    private readonly CommandInterpreter _interpreter;
    private readonly List<FaultHandle> _strikes = [];
    private DelayedReplies? _delayed;
    private TimeSpan _lateness;
    private long _swallow;
    private long _needed;
    private long _justExecuted;
    private bool _admitted;

    public ClientConnection(Socket socket, Incarnation server, ServerFaults faults, Action<long> executed)
    {
        _socket = socket;
        _server = server;
        _faults = faults;
        _executed = executed;
        _interpreter = new CommandInterpreter(server, _reply);
    }

    /// <summary>Closes it now, so that the peer sees a reset. Whatever the serving loop waits for ends with it.</summary>
    public void Reset()
    {
        _server.Connections.Remove(this);
        SocketReset.Close(_socket);
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It ended by itself just now.
        }
    }

    public void Dispose()
    {
        _socket.Dispose();
        _closed.Dispose();
        _input.Dispose();
        _reply.Dispose();
    }

    /// <summary>Serves the client until one of the two sides ends it.</summary>
    public async Task ServeAsync()
    {
        try
        {
            _socket.NoDelay = true;
            while (await TakeTurnAsync().ConfigureAwait(false))
            {
            }
        }
        catch (Exception end)
            when (end is SocketException or ObjectDisposedException or OperationCanceledException or ChannelClosedException)
        {
            // The peer went away, or the server was killed.
        }
        finally
        {
            await EndAsync().ConfigureAwait(false);
        }
    }

    // False when the connection has come to its end.
    private async ValueTask<bool> TakeTurnAsync()
    {
        var turn = ExecuteWhatIsThere();
        if (turn == Turn.UnderFaults)
        {
            turn = await ExecuteUnderFaultsAsync().ConfigureAwait(false);
        }
        if (turn == Turn.Again)
        {
            return true;
        }
        if (_justExecuted > 0)
        {
            // Counted before the replies leave, so that whoever has an answer finds it counted.
            _executed(_justExecuted);
            _justExecuted = 0;
        }
        await SendAsync().ConfigureAwait(false);
        switch (turn)
        {
            case Turn.Read:
                return await ReadAsync().ConfigureAwait(false);
            case Turn.HalfClose:
                await HalfCloseAsync().ConfigureAwait(false);
                return false;
            case Turn.Reset:
                await FinishDelayedAsync().ConfigureAwait(false);
                Reset();
                return false;
            case Turn.Close:
                return false;
            default:
                return true;
        }
    }

    private Turn ExecuteWhatIsThere()
    {
        while (_faults.Plan.IsEmpty && !_admitted)
        {
            var turn = ExecuteOne();
            if (turn != Turn.Again)
            {
                return turn;
            }
        }
        return Turn.UnderFaults;
    }

    private Turn ExecuteOne()
    {
        if (!HasCommandInSight())
        {
            return Turn.Read;
        }
        var step = _interpreter.Next(_input.Unread);
        switch (step.Kind)
        {
            case StepKind.Done:
                _justExecuted++;
                _needed = 0;
                Use(step.Bytes);
                return _reply.Length < ReplyBuffer.FlushAt ? Turn.Again : Turn.Send;
            case StepKind.NeedInput:
                _needed = step.Bytes;
                return Turn.Read;
            case StepKind.Paused:
                return Turn.Send;
            default:
                return Turn.Close;
        }
    }

    // Whether it is worth looking: not while a refused value is still to be thrown away, or a command known to be incomplete has not grown.
    private bool HasCommandInSight()
    {
        if (_swallow > 0)
        {
            Use(_swallow);
        }
        return _swallow == 0 && _input.Length > 0 && _input.Length >= _needed;
    }

    // What has not arrived of it yet is thrown away when it does.
    private void Use(long bytes)
    {
        var present = (int)Math.Min(bytes, _input.Length);
        _input.Used(present);
        _swallow = bytes - present;
    }

    private async ValueTask<Turn> ExecuteUnderFaultsAsync()
    {
        if (_admitted)
        {
            await _faults.WhileFrozenAsync(_closed.Token).ConfigureAwait(false);
        }
        else
        {
            while (FirstToHold() is { } holding)
            {
                await holding.Lifted.WaitAsync(_closed.Token).ConfigureAwait(false);
            }
            if (!Admit())
            {
                return Turn.Reset;
            }
        }

        var start = _reply.Length;
        var turn = ExecuteOne();
        if (_reply.Length > start && Spoil(start))
        {
            return Turn.HalfClose;
        }
        if (turn != Turn.Read && !_interpreter.IsPaused)
        {
            _admitted = false;
            _strikes.Clear();
        }
        return turn;
    }

    private FaultHandle? FirstToHold()
    {
        if (!HasCommandInSight() || !_interpreter.TryPeek(_input.Unread, out var line))
        {
            return null;
        }
        foreach (var handle in _faults.Plan.Handles)
        {
            if (handle.Fault.Holds && handle.TryStrike(line))
            {
                return handle;
            }
        }
        return null;
    }

    // Decides once for each command which faults strike it. False if one of them resets the connection.
    private bool Admit()
    {
        if (!HasCommandInSight() || !_interpreter.TryPeek(_input.Unread, out var line))
        {
            return true;
        }
        _admitted = true;
        foreach (var handle in _faults.Plan.Handles)
        {
            if (handle.Fault.Holds || handle.Fault.ClosesListener || !handle.TryStrike(line))
            {
                continue;
            }
            if (handle.Fault.Resets)
            {
                return false;
            }
            _strikes.Add(handle);
        }
        return true;
    }

    // True if the connection ends with this reply.
    private bool Spoil(int start)
    {
        foreach (var handle in _strikes)
        {
            if (handle.Fault.Lateness > _lateness)
            {
                _lateness = handle.Fault.Lateness;
            }
            if (handle.Fault.Spoil(_reply, start, handle.NextRandom()))
            {
                return true;
            }
        }
        return false;
    }

    private async ValueTask SendAsync()
    {
        if (_reply.Length == 0)
        {
            return;
        }
        if (_lateness == TimeSpan.Zero && _delayed is null or { IsIdle: true })
        {
            await SendNowAsync(_reply.Written).ConfigureAwait(false);
        }
        else
        {
            _delayed ??= new DelayedReplies(_server.Options.TimeProvider, SendNowAsync, _closed.Token);
            await _delayed.AddAsync(_reply.Written, _lateness, _closed.Token).ConfigureAwait(false);
            _lateness = TimeSpan.Zero;
        }
        _reply.Clear();
    }

    private async ValueTask SendNowAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            await _faults.WhileFrozenAsync(_closed.Token).ConfigureAwait(false);
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
        }
    }

    private async ValueTask<bool> ReadAsync()
    {
        // Not held while the server is frozen: what lies in our buffer instead of the kernel's is no more read than there.
        var read = await _socket.ReceiveAsync(_input.Room(), SocketFlags.None).ConfigureAwait(false);
        _input.Received(read);
        return read > 0;
    }

    private async Task HalfCloseAsync()
    {
        await FinishDelayedAsync().ConfigureAwait(false);
        _socket.Shutdown(SocketShutdown.Send);
        do
        {
            // Thrown away: closing with something unread would turn the end of the stream into a reset.
            _input.Used(_input.Length);
        }
        while (await ReadAsync().ConfigureAwait(false));
    }

    private Task FinishDelayedAsync() => _delayed?.FinishAsync() ?? Task.CompletedTask;

    private async Task EndAsync()
    {
        _server.Connections.Remove(this);
        try
        {
            await FinishDelayedAsync().ConfigureAwait(false);
        }
        catch (Exception end) when (end is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // As in ServeAsync.
        }
        Dispose();
    }
}
