using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>A connection on a scripted wire with a clock of its own, and its first request answered. The next opaque is 1.</summary>
internal sealed class LiveConnection
{
    private LiveConnection(ConnectionOptions? options, FakeTimeProvider? time, Action<IThreadPoolWorkItem>? line)
    {
        Options = options ?? new ConnectionOptions();
        Time = time ?? new FakeTimeProvider();
        Connection = new PipelinedConnection(Wire, Options, Time, line ?? (verdict => verdict.Execute())); // In virtual time nobody waits, unless told to.
    }

    public ScriptedWire Wire { get; } = new();

    public FakeTimeProvider Time { get; }

    public ConnectionOptions Options { get; }

    public PipelinedConnection Connection { get; }

    public static LiveConnection NotStarted(ConnectionOptions? options = null, FakeTimeProvider? time = null, Action<IThreadPoolWorkItem>? line = null) =>
        new(options, time, line);

    public static async Task<LiveConnection> Start(ConnectionOptions? options = null, FakeTimeProvider? time = null, Action<IThreadPoolWorkItem>? line = null)
    {
        var live = NotStarted(options, time, line);
        live.Connection.Start();
        var first = live.Ask(RequestKind.NoOp);
        var (question, answer) = live.Options.Dialect switch
        {
            Dialect.Classic => ("get actorcache-probe\r\n", "END\r\n"),
            Dialect.Binary => (BinaryFrame.Request(BinaryFrame.NoOp, 0), BinaryFrame.Reply(BinaryFrame.NoOp, 0)),
            _ => ("mn\r\n", "MN\r\n"),
        };
        Assert.Equal(question, await live.Wire.NextSend());
        live.Wire.Say(answer);
        await first.Ended.Soon();
        return live;
    }

    public TestOperation Get(string key, TimeSpan? budget = null) => Offer(new TestOperation(RequestKind.Get, key, Time, budget));

    public TestOperation Ask(RequestKind kind, string key = "k") => Offer(new TestOperation(kind, key, Time));

    public TestOperation Offer(TestOperation operation)
    {
        Assert.Equal(SendOutcome.Accepted, Connection.TrySend(operation));
        return operation;
    }

    public SendOutcome TryGet(string key = "k") => Connection.TrySend(new TestOperation(RequestKind.Get, key, Time));

    /// <summary>Answers gets: a hit whose value is the key.</summary>
    public void SayHits(params (string Key, int Opaque)[] gets) =>
        Wire.Say(string.Concat(gets.Select(get => $"VA {get.Key.Length} k{get.Key} c1 O{get.Opaque}\r\n{get.Key}\r\n")));

    /// <summary>Lets time pass tick by tick, as a process that is awake sees it.</summary>
    public void Pass(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Options.Tick) Time.Advance(Options.Tick);
    }

    public void Pass(double milliseconds) => Pass(TimeSpan.FromMilliseconds(milliseconds));

    public Task<ConnectionClosed> Closed => Connection.Completion.Soon("the connection's end");

    public static async Task AssertEnds(TestOperation operation, AttemptEnd end)
    {
        Assert.Equal(end, (await operation.Ended.Soon()).End);
        Assert.Equal(1, operation.Ends);
    }

    public static async Task AssertAnswered(TestOperation operation, string value)
    {
        Assert.Equal(value, (await operation.Ended.Soon()).Value);
        Assert.Equal(1, operation.Ends);
    }

    public static SocketException Reset { get; } = new((int)SocketError.ConnectionReset);
}
