using System.Buffers;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorCache.Protocol.Tests;

/// <summary>A real memcached of this test run's own, on a free loopback port, and one plain socket to it.</summary>
public sealed class Memcached : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveTimeout = 10_000 };

    public Memcached()
    {
        // Another process may take the free port before memcached does; then the next one is tried.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            _process = Start(port);
            if (ListensSoon(_process))
            {
                _socket.Connect(IPAddress.Loopback, port);
                return;
            }
            End(_process);
            if (attempt == 5) throw new InvalidOperationException("memcached was started five times and never listened; run it by hand.");
        }
    }

    /// <summary>Sends what is written and reads as many replies; of stats, all lines up to the one that ends them.</summary>
    internal List<ReplyCopy> Ask(int replies, Action<IBufferWriter<byte>> write)
    {
        var request = new ArrayBufferWriter<byte>();
        write(request);
        for (var sent = 0; sent < request.WrittenCount;) sent += _socket.Send(request.WrittenSpan[sent..]);

        var read = new List<ReplyCopy>();
        var room = new byte[4 << 20];
        int start = 0, end = 0;
        while (read.Count(reply => reply.Code != ReplyCode.Stat) < replies)
        {
            if (ReplyReader.TryRead(room.AsSpan(start, end - start), out var reply, out var consumed, out _))
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
        End(_process);
    }

    private static Process Start(int port)
    {
        string[] arguments = ["-u", "root", "-l", "127.0.0.1", "-p", $"{port}", "-U", "0", "-vv"];
        try
        {
            return Process.Start(new ProcessStartInfo("memcached", arguments) { RedirectStandardError = true })!;
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("These tests need the real memcached: install it (apt-get install memcached).", e);
        }
    }

    // At this verbosity memcached says on its error output when it listens, so nobody need guess how long that takes.
    private static bool ListensSoon(Process process)
    {
        var listens = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is null) listens.TrySetResult(false);
            else if (line.Data.Contains("server listening", StringComparison.Ordinal)) listens.TrySetResult(true);
        };
        process.BeginErrorReadLine();
        return listens.Task.Wait(Patience) && listens.Task.Result;
    }

    private static void End(Process process)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
