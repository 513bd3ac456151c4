using System.Buffers;
using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>
/// One operation as a fake connection got it, seated in a slot of its own as a socket's queue would seat it. The test answers it, or ends
/// its attempt; whoever comes too late (it was cancelled, or has ended) is told so.
/// </summary>
internal sealed class Request
{
    private readonly OperationSlot _slot = new();
    private readonly Dialect _dialect;

    public Request(FakeConnection connection, Operation operation, bool more)
    {
        Connection = connection;
        More = more;
        _dialect = connection.Dialect;
        Key = Encoding.UTF8.GetString(operation.Key);
        (AttemptStarted, Deadline) = (operation.AttemptStarted, operation.Deadline);
        var written = new ArrayBufferWriter<byte>();
        operation.WriteTo(written, opaque: 7, connection.Dialect);
        Kind = operation.Kind;
        Text = (_dialect == Dialect.Binary ? Encoding.Latin1 : Encoding.UTF8).GetString(written.WrittenSpan);
        _slot.Seat(operation);
    }

    public FakeConnection Connection { get; }

    public RequestKind Kind { get; }

    public string Key { get; }

    /// <summary>Its bytes, with the opaque 7; in binary, one to a character.</summary>
    public string Text { get; }

    public bool More { get; }

    public long AttemptStarted { get; }

    public long Deadline { get; }

    /// <summary>Nobody has ended it or taken it back yet.</summary>
    public bool IsWaiting => _slot.Tenant is not (null or AbandonedWrite);

    /// <summary>Answers as a receive loop does: the reply is taken apart here, the waiter is told on the thread pool. In binary the line is a whole frame.</summary>
    /// <returns>False: it had left its slot already.</returns>
    public bool Answer(string line, bool inline = false)
    {
        if (_slot.Take() is not { } operation) return false;
        var bytes = _dialect == Dialect.Binary ? Encoding.Latin1.GetBytes(line) : Encoding.UTF8.GetBytes(line + "\r\n");
        Reply reply;
        Assert.True(_dialect switch
        {
            Dialect.Classic => ClassicReplyReader.TryRead(bytes, out reply, out _, out _),
            Dialect.Binary => BinaryReplyReader.TryRead(bytes, out reply, out _, out _),
            _ => ReplyReader.TryRead(bytes, out reply, out _, out _),
        }, $"\"{line}\" is no whole reply");
        if (_dialect == Dialect.Classic) reply.Translate();
        operation.OnReply(in reply);
        if (inline) operation.Complete();
        else ThreadPool.UnsafeQueueUserWorkItem(static answered => answered.Complete(), operation, preferLocal: false);
        return operation is not AbandonedWrite;
    }

    /// <summary>One line of a longer answer, which leaves the operation where it waits.</summary>
    public void Hear(string line)
    {
        Assert.True(ReplyReader.TryRead(Encoding.UTF8.GetBytes(line + "\r\n"), out var reply, out _, out _), $"\"{line}\" is no whole reply");
        _slot.Tenant?.OnReply(in reply);
    }

    /// <summary>Answers a get with a hit.</summary>
    public bool AnswerHit(string value, ulong cas = 1) => Answer($"VA {Encoding.UTF8.GetByteCount(value)} c{cas}\r\n{value}");

    /// <summary>Takes the operation out of its slot, as whoever ends it does first; what happens to it next is the test's to say.</summary>
    public Operation Take() => _slot.Take() ?? throw new InvalidOperationException("It has left its slot already.");

    /// <summary>Ends the attempt without a reply.</summary>
    /// <returns>False: it had left its slot already.</returns>
    public bool End(AttemptEnd end)
    {
        if (_slot.Take() is not { } operation) return false;
        operation.OnAttemptEnded(end);
        return operation is not AbandonedWrite;
    }
}
