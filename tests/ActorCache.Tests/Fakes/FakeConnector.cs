using System.Threading.Channels;
using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Every dial is the test's to answer; or all are answered the same way when it is told how.</summary>
internal sealed class FakeConnector : IConnector
{
    private readonly Channel<Dial> _dials = Channel.CreateUnbounded<Dial>();

    /// <summary>Answers every dial at once.</summary>
    public Action<Dial>? Answers { get; set; }

    /// <summary>The next dial that was begun.</summary>
    public Task<Dial> NextAsync() => _dials.Reader.ReadAsync().Soon("a dial");

    /// <summary>What a server says that is told to flush.</summary>
    public bool Flushes { get; set; } = true;

    /// <summary>Whether a dial was begun that nobody has looked at.</summary>
    public bool HasDialled => _dials.Reader.TryPeek(out _);

    public Task<Dialled> ConnectAsync(ServerAddress server, CancellationToken ct)
    {
        var dial = new Dial(server, ct);
        Answers?.Invoke(dial);
        _dials.Writer.TryWrite(dial);
        return dial.Connection;
    }

    public Task<bool> FlushAsync(IServerConnection connection) => Task.FromResult(Flushes);
}

/// <summary>One attempt to reach a server.</summary>
internal sealed class Dial(ServerAddress server, CancellationToken ct)
{
    private readonly TaskCompletionSource<Dialled> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ServerAddress Server { get; } = server;

    public CancellationToken Token { get; } = ct;

    public Task<Dialled> Connection => _connection.Task;

    public FakeConnection Accept(ServerIdentity? identity = null)
    {
        var connection = new FakeConnection(Server.Name);
        _connection.SetResult(new Dialled(connection, identity));
        return connection;
    }

    public void Refuse(CloseReason reason = CloseReason.Unreachable) =>
        _connection.SetException(new ConnectException(new ConnectionClosed(reason, $"{Server.Name} refused")));

    public void Fail(Exception exception) => _connection.SetException(exception);

    public void Cancel() => _connection.SetCanceled(Token);

    /// <summary>When the dial's token is cancelled.</summary>
    public async Task CancelledAsync()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = Token.Register(() => cancelled.TrySetResult());
        await cancelled.Task.Soon("the dial's cancellation");
    }
}
