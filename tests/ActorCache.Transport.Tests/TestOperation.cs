using System.Buffers;
using System.Globalization;
using System.Text;
using ActorCache.Protocol;

namespace ActorCache.Transport.Tests;

/// <summary>An operation that writes a real request and remembers how, and how often, it ended.</summary>
internal sealed class TestOperation : Operation
{
    private readonly byte[] _key;
    private readonly TaskCompletionSource<Ending> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Ending? _answer;
    private int _ends;

    public TestOperation(RequestKind kind, string key, TimeProvider time, TimeSpan? budget = null)
    {
        Kind = kind;
        _key = Encoding.UTF8.GetBytes(key);
        AttemptStarted = time.GetTimestamp();
        if (budget is { } span) Deadline = AttemptStarted + time.ToTimestamp(span);
    }

    public override RequestKind Kind { get; }

    public override ReadOnlySpan<byte> Key => _key;

    /// <summary>The value of a store.</summary>
    public ReadOnlySequence<byte> Value { get; init; } = new("x"u8.ToArray());

    /// <summary>Thrown when half of the request is written.</summary>
    public Exception? WriteFault { get; init; }

    /// <summary>Run instead of taking the reply.</summary>
    public Action<TestOperation>? Replying { get; init; }

    /// <summary>The waiter's code: runs in <see cref="Complete"/>.</summary>
    public Action? Completing { get; init; }

    /// <summary>Run when an attempt ended without a reply.</summary>
    public Action? AttemptEnding { get; init; }

    /// <summary>The lines of stats so far.</summary>
    public List<string> Lines { get; } = [];

    public Task<Ending> Ended => _ended.Task;

    /// <summary>How often it ended; anything above 1 is a defect.</summary>
    public int Ends => Volatile.Read(ref _ends);

    public bool TakeBack() => TryTakeBack();

    protected internal override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect)
    {
        switch (Kind)
        {
            case RequestKind.Get: Requests.Get(output, dialect, _key, opaque); break;
            case RequestKind.Touch: Requests.Touch(output, dialect, _key, opaque, 60); break;
            case RequestKind.Store: Requests.Store(output, dialect, _key, opaque, Value, StoreMode.Set, exptime: 0, clientFlags: 0, cas: 0); break;
            case RequestKind.Delete: Requests.Delete(output, dialect, _key, opaque); break;
            case RequestKind.Arithmetic when dialect == Dialect.Classic: ClassicRequests.Arithmetic(output, _key, 1, decrement: false); break;
            case RequestKind.Arithmetic when dialect == Dialect.Binary: BinaryRequests.Arithmetic(output, _key, opaque, 1, decrement: false); break;
            case RequestKind.Arithmetic: MetaRequests.Arithmetic(output, _key, opaque, 1, decrement: false); break;
            case RequestKind.NoOp: Requests.NoOp(output, dialect, opaque); break;
            case RequestKind.Version: Requests.Version(output, dialect, opaque); break;
            case RequestKind.FlushAll: Requests.FlushAll(output, dialect, opaque); break;
            default: Requests.Stats(output, dialect, opaque); break;
        }
        if (WriteFault is not null) throw WriteFault;
    }

    protected internal override void OnReply(in Reply reply)
    {
        if (reply.Code == ReplyCode.Stat) Lines.Add($"{Encoding.Latin1.GetString(reply.Key)} {Encoding.Latin1.GetString(reply.Value)}");
        Replying?.Invoke(this);
        _answer = new Ending(reply.Code, null, reply.Count?.ToString(CultureInfo.InvariantCulture) ?? Encoding.Latin1.GetString(reply.Value), Encoding.Latin1.GetString(reply.Text));
    }

    protected internal override void OnAttemptEnded(AttemptEnd end)
    {
        AttemptEnding?.Invoke();
        EndWith(new Ending(null, end));
    }

    protected internal override void Complete()
    {
        EndWith(_answer!);
        Completing?.Invoke();
    }

    private void EndWith(Ending ending)
    {
        Interlocked.Increment(ref _ends);
        _ended.TrySetResult(ending);
    }
}

/// <summary>How an operation ended: with a reply, or with the end of its attempt.</summary>
internal sealed record Ending(ReplyCode? Answer, AttemptEnd? End, string Value = "", string Text = "");
