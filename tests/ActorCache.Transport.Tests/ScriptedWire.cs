using System.Text;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace ActorCache.Transport.Tests;

/// <summary>
/// A socket in memory whose other end is the test. What the connection sends is kept, and can be held back or fail; what the test says
/// arrives in the pieces that it says, and is read on the test's own thread: when <see cref="Say"/> returns, it has been read.
/// </summary>
internal sealed class ScriptedWire : Wire, IValueTaskSource<int>
{
    private readonly Lock _gate = new();
    private readonly Channel<string> _sends = Channel.CreateUnbounded<string>();
    private readonly StringBuilder _sent = new();
    private readonly Queue<object> _arriving = [];
    private ManualResetValueTaskSourceCore<int> _read;
    private Memory<byte>? _room;
    private TaskCompletionSource? _held;
    private Exception? _sendFault;
    private bool _disposed;

    /// <summary>All that was handed to the wire, in order.</summary>
    public string Sent
    {
        get { lock (_gate) return _sent.ToString(); }
    }

    public bool IsDisposed => Volatile.Read(ref _disposed);

    public bool IsAborted { get; private set; }

    /// <summary>Called with each send, on the thread that sends.</summary>
    public Action<string>? Sending { get; set; }

    /// <summary>What the next send handed over.</summary>
    public Task<string> NextSend() => NextSend(CancellationToken.None).Soon("the next send");

    public Task<string> NextSend(CancellationToken stop) => _sends.Reader.ReadAsync(stop).AsTask();

    public bool TrySeeSend(out string? send) => _sends.Reader.TryRead(out send);

    /// <summary>From the next send on, none completes before <see cref="ReleaseSends"/>.</summary>
    public void HoldSends()
    {
        lock (_gate) _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public void ReleaseSends()
    {
        TaskCompletionSource? held;
        lock (_gate) (held, _held) = (_held, null);
        held?.SetResult();
    }

    /// <summary>The sends that are held back, and all further ones, fail.</summary>
    public void FailSends(Exception fault)
    {
        TaskCompletionSource? held;
        lock (_gate) (held, _held, _sendFault) = (_held, null, fault);
        held?.SetException(fault);
    }

    /// <summary>The peer sends these bytes, one to a character, in one piece.</summary>
    public void Say(string bytes) => Arrive(Encoding.Latin1.GetBytes(bytes));

    /// <summary>The peer closes its side.</summary>
    public void End() => Arrive(Array.Empty<byte>());

    /// <summary>The connection breaks.</summary>
    public void Break(Exception fault) => Arrive(fault);

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (buffer.IsEmpty) throw new InvalidOperationException("A read into no room would look like the peer's end.");
            if (_room is not null) throw new InvalidOperationException("Two reads at once.");
            if (_arriving.TryPeek(out var next)) return next is Exception fault ? throw fault : ValueTask.FromResult(TakeInto(buffer));
            _room = buffer;
            _read.Reset();
            return new ValueTask<int>(this, _read.Version);
        }
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        var text = Encoding.Latin1.GetString(bytes.Span);
        TaskCompletionSource? held;
        lock (_gate)
        {
            _sent.Append(text);
            _sends.Writer.TryWrite(text);
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_sendFault is not null) throw _sendFault;
            held = _held;
        }
        Sending?.Invoke(text);
        return held is null ? ValueTask.CompletedTask : new ValueTask(held.Task);
    }

    public override void Abort()
    {
        IsAborted = true;
        Dispose();
    }

    public override void Dispose()
    {
        TaskCompletionSource? held;
        bool reading;
        lock (_gate)
        {
            if (_disposed) return;
            Volatile.Write(ref _disposed, true);
            reading = _room is not null;
            _room = null;
            (held, _held) = (_held, null);
        }
        held?.TrySetException(new ObjectDisposedException(nameof(ScriptedWire)));
        if (reading) _read.SetException(new ObjectDisposedException(nameof(ScriptedWire)));
    }

    private void Arrive(object piece)
    {
        int count;
        lock (_gate)
        {
            if (_disposed) return;
            _arriving.Enqueue(piece);
            if (_room is not { } room) return;
            _room = null;
            count = piece is Exception ? -1 : TakeInto(room);
        }
        if (count < 0) _read.SetException((Exception)piece);
        else _read.SetResult(count);
    }

    // Under the gate. A piece larger than the room stays, but for what fits. An end stays for ever.
    private int TakeInto(Memory<byte> room)
    {
        var piece = (byte[])_arriving.Peek();
        if (piece.Length == 0) return 0;
        var count = Math.Min(piece.Length, room.Length);
        piece.AsMemory(0, count).CopyTo(room);
        _arriving.Dequeue();
        if (count == piece.Length) return count;

        var rest = _arriving.ToArray();
        _arriving.Clear();
        _arriving.Enqueue(piece[count..]);
        foreach (var later in rest) _arriving.Enqueue(later);
        return count;
    }

    int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _read.OnCompleted(continuation, state, token, flags);
}
