using System.Collections.Concurrent;
using System.Threading.Channels;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>
/// A connection that the test drives: it keeps what it accepts until the test answers, or answers by itself when it is told how. It ends
/// once, with a reason, as the contract says.
/// </summary>
internal sealed class FakeConnection(string server = "") : IServerConnection
{
    private readonly TaskCompletionSource<ConnectionClosed> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Request> _arrivals = Channel.CreateUnbounded<Request>();
    private readonly ConcurrentQueue<Request> _all = new();
    private int _flushes;
    private int _drains;

    public string Server { get; } = server;

    /// <summary>What it is spoken to in.</summary>
    public Dialect Dialect { get; set; } = Dialect.Meta;

    /// <summary>What becomes of the next operations; null: accepted, or closed once it has ended.</summary>
    public SendOutcome? Outcome { get; set; }

    /// <summary>Answers each accepted operation at once, inside its send.</summary>
    public Func<Request, string>? Answers { get; set; }

    /// <summary>Runs inside every send, before the operation is accepted or refused: it is in nobody's slot.</summary>
    public Action? OnOffered { get; set; }

    /// <summary>Runs inside every send, after the operation was accepted and seated.</summary>
    public Action<Request>? OnAccepted { get; set; }

    public Task<ConnectionClosed> Completion => _completion.Task;

    public int Flushes => Volatile.Read(ref _flushes);

    public int Drains => Volatile.Read(ref _drains);

    /// <summary>Everything it has accepted, in order.</summary>
    public IReadOnlyList<Request> Accepted => [.. _all];

    /// <summary>The next operation it accepts, or accepted already and was not asked for.</summary>
    public Task<Request> NextAsync() => _arrivals.Reader.ReadAsync().Soon($"an operation for {Server}");

    /// <summary>The next operation it accepts, however long it takes.</summary>
    public ValueTask<Request> ReadAsync(CancellationToken ct) => _arrivals.Reader.ReadAsync(ct);

    public SendOutcome TrySend(Operation operation, bool more = false)
    {
        OnOffered?.Invoke();
        if (Outcome is { } refusal) return refusal;
        if (_completion.Task.IsCompleted) return SendOutcome.Closed;
        if (!operation.ExistsIn(Dialect)) return SendOutcome.NotSupported;
        var request = new Request(this, operation, more);
        _all.Enqueue(request);
        OnAccepted?.Invoke(request);
        if (Answers is { } answers) request.Answer(answers(request));
        _arrivals.Writer.TryWrite(request);
        return SendOutcome.Accepted;
    }

    public void Flush() => Interlocked.Increment(ref _flushes);

    public void Close(ConnectionClosed end) => _completion.TrySetResult(end);

    /// <summary>Dies: everything in flight ends as <paramref name="end"/> says.</summary>
    public void Die(AttemptEnd end, CloseReason reason = CloseReason.Lost)
    {
        Close(new ConnectionClosed(reason, "the test ended it"));
        foreach (var request in _all) request.End(end);
    }

    public Task<bool> DrainAsync(TimeSpan patience)
    {
        Interlocked.Increment(ref _drains);
        Close(new ConnectionClosed(CloseReason.Closed, "drained"));
        return Task.FromResult(true);
    }
}
