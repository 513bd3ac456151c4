using System.Buffers;
using System.Net;
using System.Net.Sockets;
using ActorCache.TestServers;

namespace ActorCache.Protocol.Tests;

/// <summary>A real memcached of this test run's own, on a free loopback port, and one plain socket to it.</summary>
public sealed class Memcached : IDisposable
{
    private readonly MemcachedProcess _process = MemcachedProcess.Start();
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };

    public Memcached() => _socket.Connect(IPAddress.Loopback, _process.Port);

    /// <summary>Sends what is written and reads as many replies; of stats, all lines up to the one that ends them.</summary>
    internal List<ReplyCopy> Ask(int replies, Action<IBufferWriter<byte>> write, Reader? reader = null)
    {
        reader ??= ReplyReader.TryRead;
        var request = new ArrayBufferWriter<byte>();
        write(request);
        for (var sent = 0; sent < request.WrittenCount;) sent += _socket.Send(request.WrittenSpan[sent..]);

        var read = new List<ReplyCopy>();
        var room = new byte[4 << 20];
        int start = 0, end = 0;
        while (read.Count(reply => reply.Code != ReplyCode.Stat) < replies)
        {
            if (reader(room.AsSpan(start, end - start), out var reply, out var consumed, out _))
            {
                read.Add(ReplyCopy.Of(in reply));
                start += consumed;
                continue;
            }
            var count = _socket.Receive(room.AsSpan(end));
            Assert.True(count > 0, "memcached closed the connection");
            end += count;
        }
        Assert.Equal(end, start);
        return read;
    }

    public void Dispose()
    {
        _socket.Dispose();
        _process.Dispose();
    }
}
