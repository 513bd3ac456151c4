using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Simulation.Tests;

/// <summary>
/// One connection in the model: requests travel, wait in the server's socket, are carried out in order, and replies travel back. It keeps to
/// the contract of the real one: attempts end as they do there, a late reply finds a tombstone, and the end is told when all is handed on.
/// </summary>
internal sealed class SimConnection(SimServer server, Simulation simulation) : IServerConnection
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(25);
    private readonly TaskCompletionSource<ConnectionClosed> _completion = new();
    private readonly List<SimRequest> _inFlight = [];          // written and not answered, tombstones included
    private readonly Queue<SimRequest> _onTheWay = new();      // not yet in the server's socket
    private readonly Queue<SimRequest> _inbox = new();         // there, and not carried out
    private readonly Queue<(SimRequest, string)> _replies = new();
    private TimeSpan _lastByte = simulation.Time.Now;
    private TimeSpan _waitingSince;
    private readonly TaskCompletionSource _drained = new();
    private bool _closed;
    private bool _draining;
    private bool _orphaned; // the process at its other end is no more; whoever runs there now knows nothing of it

    public Task<ConnectionClosed> Completion => _completion.Task;

    public SimServer Server => server;

    public bool IsOpen => !_closed;

    /// <summary>A write of this key is under way here: what the server holds now is not what the next request will find.</summary>
    public bool IsWriting(string key) => _onTheWay.Concat(_inbox).Any(request => request.IsWrite && (request.Key == key || request.Kind == RequestKind.FlushAll));

    public SendOutcome TrySend(Operation operation, bool more = false)
    {
        if (_closed || _draining) return SendOutcome.Closed;
        var attempt = TimeSpan.FromTicks(operation.AttemptStarted) + simulation.Options.ReadTimeout;
        var call = operation.Deadline == long.MaxValue ? TimeSpan.MaxValue : TimeSpan.FromTicks(operation.Deadline);
        var request = new SimRequest(operation, attempt < call ? attempt : call);
        if (_inFlight.Count == 0) _waitingSince = simulation.Time.Now;
        _inFlight.Add(request);
        _onTheWay.Enqueue(request);
        simulation.Trace($"  -> {server.Name}: {request}");
        simulation.Time.After(Travel(), Arrive);
        simulation.Time.After(request.Deadline - simulation.Time.Now + simulation.Upto(Tick), Watch);
        return SendOutcome.Accepted;
    }

    public void Flush() { }

    public void Close(ConnectionClosed end)
    {
        if (_closed) return;
        _closed = true;
        simulation.Trace($"  connection to {server.Name} ends: {end}");
        // What is still on the way is thrown away by the reset; what has arrived will be carried out.
        var unsent = simulation.Chance(0.3) ? _onTheWay.ToHashSet() : [];
        _onTheWay.Clear();
        simulation.Time.After(simulation.Upto(TimeSpan.FromMilliseconds(1)), () =>
        {
            foreach (var request in _inFlight) request.Take()?.OnAttemptEnded(unsent.Contains(request) ? AttemptEnd.NeverSent : AttemptEnd.Unanswered);
            _completion.TrySetResult(end);
        });
        if (_inbox.Count == 0) server.Connections.Remove(this);
    }

    public async Task<bool> DrainAsync(TimeSpan patience)
    {
        _draining = true;
        if (_inFlight.Count == 0) _drained.TrySetResult();
        await Task.WhenAny(_drained.Task, _completion.Task, simulation.Time.Pause(patience));
        Close(new ConnectionClosed(CloseReason.Closed, "drained"));
        return _drained.Task.IsCompleted;
    }

    /// <summary>The process died: its side of the connection is gone with all that was in it.</summary>
    public void OnServerGone()
    {
        _orphaned = true;
        _inbox.Clear();
        _replies.Clear();
        Reset();
    }

    /// <summary>The process runs again: it finds what has been waiting in its sockets, of connections long given up too, in any order.</summary>
    public void OnServerGoesOn()
    {
        var delay = _closed ? simulation.Upto(TimeSpan.FromMilliseconds(300)) : TimeSpan.Zero;
        for (var i = _inbox.Count; i > 0; i--) simulation.Time.After(delay + Travel(), Serve);
    }

    public void OnNetworkGoesOn()
    {
        for (var i = _onTheWay.Count; i > 0; i--) simulation.Time.After(Travel(), Arrive);
        for (var i = _replies.Count; i > 0; i--) simulation.Time.After(Travel(), Receive);
    }

    private void Arrive()
    {
        if (_orphaned) Reset();
        if (_orphaned || server.IsCut || !_onTheWay.TryDequeue(out var request)) return;
        _inbox.Enqueue(request);
        simulation.Time.After(server.Slowness + Travel(), Serve);
    }

    private void Reset()
    {
        if (!server.IsCut) simulation.Time.After(Travel(), () => Close(new ConnectionClosed(CloseReason.Lost, "reset by peer")));
    }

    private void Serve()
    {
        if (server.IsFrozen || !_inbox.TryDequeue(out var request)) return;
        var reply = server.Execute(request);
        if (_closed)
        {
            simulation.Trace($"  {server.Name} carries out late: {request}");
            if (_inbox.Count == 0) server.Connections.Remove(this);
            return;
        }
        _replies.Enqueue((request, reply));
        simulation.Time.After(Travel(), Receive);
    }

    private void Receive()
    {
        if (_closed || server.IsCut || !_replies.TryDequeue(out var reply)) return;
        var (request, line) = reply;
        _lastByte = simulation.Time.Now;
        if (_inFlight[0] != request) throw new BrokenPromiseException($"{server.Name}: replies are out of order.");
        _inFlight.RemoveAt(0);
        if (_draining && _inFlight.Count == 0) _drained.TrySetResult();
        if (request.Take() is not { } operation) return; // a tombstone
        if (!ReplyReader.TryRead(Encoding.UTF8.GetBytes(line + "\r\n"), out var read, out _, out _)) throw new BrokenPromiseException($"\"{line}\" is no reply.");
        operation.OnReply(in read);
        operation.Complete();
    }

    private void Watch()
    {
        if (_closed || _inFlight.Count == 0) return;
        var now = simulation.Time.Now;
        var quiet = now - (_lastByte > _waitingSince ? _lastByte : _waitingSince);
        if (quiet >= simulation.Options.ReadTimeout - Tick)
        {
            Close(new ConnectionClosed(CloseReason.Stalled, $"no byte for {quiet.TotalMilliseconds:0} ms"));
            return;
        }
        foreach (var request in _inFlight.ToList())
        {
            if (request.Deadline <= now) request.Take()?.OnAttemptEnded(AttemptEnd.TimedOut);
        }
    }

    private TimeSpan Travel() => TimeSpan.FromMicroseconds(20) + simulation.Upto(TimeSpan.FromMicroseconds(200));
}
