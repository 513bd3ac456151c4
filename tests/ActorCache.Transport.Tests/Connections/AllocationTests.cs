using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Threading.Tasks.Sources;
using ActorCache.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>
/// A million operations a second leave nothing for the garbage collector: what is pooled stays pooled. The clock stands still here.
/// </summary>
[Collection(nameof(Alone))]
public sealed class AllocationTests
{
    private const int Window = 100;

    [Theory]
    [InlineData(Dialect.Meta)]
    [InlineData(Dialect.Classic)]
    [InlineData(Dialect.Binary)]
    public void Sending_and_completing_pooled_operations_on_a_warm_connection_allocates_nearly_nothing(Dialect dialect)
    {
        var wire = new CountingWire(dialect);
        var connection = new PipelinedConnection(wire, new ConnectionOptions { Dialect = dialect }, new FakeTimeProvider());
        connection.Start();
        var done = new CountdownEvent(Window);
        var pooled = Enumerable.Range(0, Window).Select(_ => new PooledGet(done)).ToArray();
        Serve(connection, wire, pooled, done, rounds: 100);

        var before = GC.GetTotalAllocatedBytes(precise: true);
        Serve(connection, wire, pooled, done, rounds: 100);
        var each = (GC.GetTotalAllocatedBytes(precise: true) - before) / (100.0 * Window);

        Assert.True(each < 16, $"{each:0.0} bytes an operation");
        connection.Close(new ConnectionClosed(CloseReason.Closed, "done"));
    }

    private static void Serve(PipelinedConnection connection, CountingWire wire, PooledGet[] pooled, CountdownEvent done, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            wire.Expect(Window);
            foreach (var operation in pooled)
            {
                if (connection.TrySend(operation) != SendOutcome.Accepted) Assert.Fail("refused");
            }
            wire.AllSent.Soon("all requests of a round");
            wire.AnswerAll();
            if (!done.Wait(TimeSpan.FromSeconds(10))) Assert.Fail($"{done.CurrentCount} operations of round {round} were not completed");
            done.Reset();
        }
    }

    private sealed class PooledGet(CountdownEvent done) : Operation
    {
        public override RequestKind Kind => RequestKind.Get;

        public override ReadOnlySpan<byte> Key => "pooled"u8;

        protected internal override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Get(output, dialect, Key, opaque);

        protected internal override void OnReply(in Reply reply)
        {
            if (reply.Value.Length != 5) throw new InvalidOperationException("a value of another length");
        }

        protected internal override void OnAttemptEnded(AttemptEnd end) { }

        protected internal override void Complete() => done.Signal();
    }

    /// <summary>Counts the requests it is handed, and answers them all in one piece, without allocating.</summary>
    private sealed class CountingWire(Dialect dialect) : Wire, IValueTaskSource<int>
    {
        private const int BinaryRequest = 24 + 6;
        private static readonly byte[] Hit = Encoding.Latin1.GetBytes(BinaryFrame.Hit(0, "pooled", "value"));
        private readonly byte[] _replies = new byte[1 << 16];
        private ManualResetValueTaskSourceCore<int> _read;
        private Memory<byte> _room;
        private ushort _opaque;
        private int _expected;

        public ManualResetEventSlim AllSent { get; } = new();

        public void Expect(int requests)
        {
            AllSent.Reset();
            Volatile.Write(ref _expected, requests);
        }

        public void AnswerAll()
        {
            var length = 0;
            for (var i = 0; i < Window; i++)
            {
                if (dialect == Dialect.Classic)
                {
                    length += Put("VALUE pooled 0 5 1\r\nvalue\r\nEND\r\n"u8, length);
                    continue;
                }
                if (dialect == Dialect.Binary)
                {
                    Hit.CopyTo(_replies.AsSpan(length));
                    BinaryPrimitives.WriteUInt16BigEndian(_replies.AsSpan(length + 14), _opaque++);
                    length += Hit.Length;
                    continue;
                }
                length += Put("VA 5 kpooled c1 O"u8, length);
                Utf8Formatter.TryFormat(_opaque++, _replies.AsSpan(length), out var digits);
                length += digits;
                length += Put("\r\nvalue\r\n"u8, length);
            }
            Answer(_replies.AsSpan(0, length));
        }

        public void Answer(ReadOnlySpan<byte> replies)
        {
            replies.CopyTo(_room.Span);
            _read.SetResult(replies.Length);
        }

        public override ValueTask<int> ReceiveAsync(Memory<byte> buffer)
        {
            _room = buffer;
            _read.Reset();
            return new ValueTask<int>(this, _read.Version);
        }

        public override ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
        {
            var requests = dialect == Dialect.Binary ? bytes.Length / BinaryRequest : bytes.Span.Count((byte)'\n');
            if (Interlocked.Add(ref _expected, -requests) == 0) AllSent.Set();
            return ValueTask.CompletedTask;
        }

        public override void Dispose() => AllSent.Dispose();

        private int Put(ReadOnlySpan<byte> bytes, int at)
        {
            bytes.CopyTo(_replies.AsSpan(at));
            return bytes.Length;
        }

        int IValueTaskSource<int>.GetResult(short token) => _read.GetResult(token);

        ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _read.GetStatus(token);

        void IValueTaskSource<int>.OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _read.OnCompleted(continuation, state, token, flags);
    }
}
