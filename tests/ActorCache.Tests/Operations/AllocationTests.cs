using System.Buffers;
using System.Diagnostics.Metrics;
using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>In steady state a call costs the heap nothing beyond the value it returns.</summary>
public class AllocationTests
{
    private const int Warm = 20_000;
    private const int Measured = 1_000;
    private readonly Pool _pool = new("a");
    private readonly EchoConnection _echo = new();

    public AllocationTests() => _pool.Apply(_pool.Transitions.On(_pool.Table, new ConnectionReport.ServerUp("a:11211", _echo), default));

    [Fact]
    public void A_hit_allocates_the_array_and_nothing_else()
    {
        _echo.Reply = Encoding.UTF8.GetBytes($"VA 100 c1 O7\r\n{new string('v', 100)}\r\n");
        var array = AllocatedBy(() => GC.KeepAlive(new byte[100]));
        Assert.Equal(array, AllocatedBy(() => Assert.True(Taken(_pool.Client.GetAsync<byte[]>("key")).IsHit)));
    }

    [Fact]
    public void A_hit_of_an_integer_a_miss_a_store_and_a_count_allocate_nothing()
    {
        _echo.Reply = "VA 2 c1 O7\r\n17\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.GetAsync<int>("key")).IsHit)));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.IncrementAsync("key")).IsCounted)));
        _echo.Reply = "EN\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.GetAsync<byte[]>("key")).IsHit)));
        _echo.Reply = "HD\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.SetAsync("key", "value")).IsStored)));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.DeleteAsync("key")).IsStored)));
    }

    [Fact]
    public void In_classic_too_a_call_of_one_step_or_of_two_allocates_nothing()
    {
        _echo.Dialect = Dialect.Classic;
        _echo.Reply = "VALUE key 0 2 1\r\n17\r\nEND\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.GetAsync<int>("key")).IsHit)));
        _echo.Reply = "17\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.IncrementAsync("key", initial: 1)).IsCounted)));
        _echo.Reply = "END\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.GetAsync<byte[]>("key")).IsHit)));
        _echo.Reply = "STORED\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.SetAsync("key", "value")).IsStored)));
        _echo.Reply = "NOT_STORED\r\n"u8.ToArray();
        _echo.First = "NOT_FOUND\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.IncrementAsync("key", initial: 1)).IsCounted)));
    }

    [Fact]
    public void With_metrics_on_it_is_the_same()
    {
        var durations = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter.Scope == _pool.Meters) reader.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => durations++);
        listener.Start();

        _echo.Reply = "VA 2 c1 O7\r\n17\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.GetAsync<int>("key")).IsHit)));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.IncrementAsync("key")).IsCounted)));
        _echo.Reply = "EN\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.GetAsync<byte[]>("key")).IsHit)));
        _echo.Reply = "HD\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.SetAsync("key", "value")).IsStored)));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.DeleteAsync("key")).IsStored)));
        _echo.Reply = "SERVER_ERROR out of memory\r\n"u8.ToArray();
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.SetAsync("key", "value")).IsStored)));
        Assert.Equal(6 * (Warm + Measured), durations);
    }

    [Fact]
    public void In_binary_too_no_call_allocates_anything()
    {
        _echo.Dialect = Dialect.Binary;
        _echo.Reply = Encoding.Latin1.GetBytes(BinaryFrame.Hit(7, "key", "17"));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.GetAsync<int>("key")).IsHit)));
        _echo.Reply = Encoding.Latin1.GetBytes(BinaryFrame.Reply(BinaryFrame.Increment, 7, value: BinaryFrame.Number(17, 8)));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.IncrementAsync("key", initial: 1)).IsCounted)));
        _echo.Reply = Encoding.Latin1.GetBytes(BinaryFrame.Reply(BinaryFrame.GetK, 7, status: 1, key: "key"));
        Assert.Equal(0, AllocatedBy(() => Assert.False(Taken(_pool.Client.GetAsync<byte[]>("key")).IsHit)));
        _echo.Reply = Encoding.Latin1.GetBytes(BinaryFrame.Reply(BinaryFrame.Set, 7, cas: 1));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.SetAsync("key", "value")).IsStored)));
        _echo.Reply = Encoding.Latin1.GetBytes(BinaryFrame.Reply(BinaryFrame.Delete, 7));
        Assert.Equal(0, AllocatedBy(() => Assert.True(Taken(_pool.Client.DeleteAsync("key")).IsStored)));
    }

    private static T Taken<T>(ValueTask<T> call)
    {
        Assert.True(call.IsCompleted);
        return call.GetAwaiter().GetResult();
    }

    private static long AllocatedBy(Action call)
    {
        for (var i = 0; i < Warm; i++) call();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Measured; i++) call();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Measured;
    }

    /// <summary>Answers inside the send, on the caller's thread, with the same reply each time; or with two that take turns.</summary>
    private sealed class EchoConnection : IServerConnection
    {
        private readonly OperationSlot _slot = new();
        private readonly ArrayBufferWriter<byte> _written = new(4096);
        private bool _isSecond;

        public Dialect Dialect { get; set; } = Dialect.Meta;

        public byte[] Reply { get; set; } = [];

        /// <summary>What comes before <see cref="Reply"/>, every other time.</summary>
        public byte[]? First { get; set; }

        public Task<ConnectionClosed> Completion { get; } = new TaskCompletionSource<ConnectionClosed>().Task;

        public SendOutcome TrySend(Operation operation, bool more = false)
        {
            _written.ResetWrittenCount();
            operation.WriteTo(_written, opaque: 7, Dialect);
            _slot.Seat(operation);
            _slot.Take();
            _isSecond = !_isSecond;
            var bytes = First is null || !_isSecond ? Reply : First;
            Reply reply;
            if (Dialect == Dialect.Classic)
            {
                ClassicReplyReader.TryRead(bytes, out reply, out _, out _);
                reply.Translate();
            }
            else if (Dialect == Dialect.Binary) BinaryReplyReader.TryRead(bytes, out reply, out _, out _);
            else ReplyReader.TryRead(bytes, out reply, out _, out _);
            operation.OnReply(in reply);
            operation.Complete();
            return SendOutcome.Accepted;
        }

        public void Flush() { }

        public void Close(ConnectionClosed end) { }

        public Task<bool> DrainAsync(TimeSpan patience) => Task.FromResult(true);
    }
}
