using System.Net.Sockets;
using System.Text;

namespace ActorCache.Transport.Tests;

/// <summary>A wire sends all of its bytes however little the kernel takes at a time, and its end ends a read that waits.</summary>
public sealed class SocketWireTests
{
    [Fact]
    public async Task A_send_that_the_kernel_takes_in_parts_is_whole()
    {
        using var listener = new Listener();
        using var socket = await listener.EndPoint.Dial().Soon();
        socket.SendBufferSize = 4_096;
        using var peer = await listener.Accept();
        using var wire = new SocketWire(socket);
        var bytes = new byte[8 << 20];
        new Random(5).NextBytes(bytes);

        var sending = wire.SendAsync(bytes).AsTask();

        Assert.True(Encoding.Latin1.GetString(bytes) == await peer.Read(bytes.Length));
        await sending.Soon();
    }

    [Fact]
    public async Task It_reads_what_the_peer_says_and_then_its_end()
    {
        using var listener = new Listener();
        using var wire = new SocketWire(await listener.EndPoint.Dial().Soon());
        using var peer = await listener.Accept();
        var room = new byte[10];

        await peer.Say("hi");
        Assert.Equal(2, await wire.ReceiveAsync(room).AsTask().Soon());
        peer.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await wire.ReceiveAsync(room).AsTask().Soon());
    }

    [Fact]
    public async Task Aborted_it_resets_and_the_peer_gets_nothing_that_had_not_been_sent()
    {
        using var listener = new Listener();
        using var socket = await listener.EndPoint.Dial().Soon();
        using var peer = await listener.Accept();
        using var wire = new SocketWire(socket);
        const int Length = 64 << 20; // More than both kernels' buffers take.
        var sending = wire.SendAsync(new byte[Length]).AsTask();
        Assert.Equal(1, await peer.ReceiveAsync(new byte[1], SocketFlags.None).Soon()); // Some of it is on its way.

        wire.Abort();

        Assert.NotNull(await Record.ExceptionAsync(() => sending.Soon()));
        var received = 1L;
        var room = new byte[1 << 20];
        var end = await Record.ExceptionAsync(async () =>
        {
            for (var count = 1; count > 0; received += count) count = await peer.ReceiveAsync(room, SocketFlags.None).Soon();
        });
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(end).SocketErrorCode);
        Assert.True(received < Length, $"{received} bytes came");
    }

    [Fact]
    public async Task A_wire_can_be_aborted_twice_and_after_its_end()
    {
        using var listener = new Listener();
        var wire = new SocketWire(await listener.EndPoint.Dial().Soon());
        using var peer = await listener.Accept();
        wire.Abort();
        wire.Abort();
        wire.Dispose();
        wire.Abort();
        await peer.SeesTheEnd();
    }

    [Fact]
    public async Task A_read_that_waits_ends_with_the_wire()
    {
        using var listener = new Listener();
        var wire = new SocketWire(await listener.EndPoint.Dial().Soon());
        using var peer = await listener.Accept();
        var reading = wire.ReceiveAsync(new byte[10]).AsTask();

        wire.Dispose();

        Assert.True(await Record.ExceptionAsync(() => reading.Soon()) is SocketException or ObjectDisposedException);
    }
}
