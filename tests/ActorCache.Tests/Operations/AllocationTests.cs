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

    /// <summary>Answers inside the send, on the caller's thread, with the same reply each time.</summary>
    private sealed class EchoConnection : IServerConnection
    {
        private readonly OperationSlot _slot = new();

        public byte[] Reply { get; set; } = [];

        public Task<ConnectionClosed> Completion { get; } = new TaskCompletionSource<ConnectionClosed>().Task;

        public SendOutcome TrySend(Operation operation, bool more = false)
        {
            _slot.Seat(operation);
            _slot.Take();
            ReplyReader.TryRead(Reply, out var reply, out _, out _);
            operation.OnReply(in reply);
            operation.Complete();
            return SendOutcome.Accepted;
        }

        public void Flush() { }

        public void Close(ConnectionClosed end) { }

        public Task<bool> DrainAsync(TimeSpan patience) => Task.FromResult(true);
    }
}
