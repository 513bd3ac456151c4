using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace ActorCache.Chaos;

/// <summary>One client's connection through a proxy, and the server's behind it.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Its sockets end with Reset, which every way out of RunAsync passes.")]
internal sealed class ProxyFlow(FaultProxy proxy, Socket client, int seed)
{
    private readonly Random _dice = new(seed);
    private Socket? _server;
    private volatile bool _reset;
    private int _sentDown;

    /// <summary>Some of its bytes vanished: it can never be whole again.</summary>
    public bool LostBytes { get; private set; }

    public async Task RunAsync(IPEndPoint upstream)
    {
        try
        {
            client.NoDelay = true;
            while (proxy.Mode == ProxyMode.Black)
            {
                LostBytes = true;
                await proxy.Changed;
            }
            if (_reset) return;
            _server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await _server.ConnectAsync(upstream);
            await Task.WhenAll(PumpAsync(client, _server, down: false), PumpAsync(_server, client, down: true));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone, or both.
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Both sides get a reset.</summary>
    public void Reset()
    {
        _reset = true;
        proxy.Over(this);
        Abort(client);
        if (_server is { } server) Abort(server);
    }

    /// <summary>The client is told that no more comes.</summary>
    public void HalfClose()
    {
        try
        {
            client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }

    private async Task PumpAsync(Socket from, Socket to, bool down)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (!_reset)
            {
                await WhileStalledAsync();
                var count = await from.ReceiveAsync(buffer, SocketFlags.None);
                if (count == 0) break;
                // Held, not lost: it goes on its way when the stall is over.
                await WhileStalledAsync();
                if (proxy.Mode == ProxyMode.Black || (proxy.Mode == ProxyMode.DropDown && down)) LostBytes = true;
                // What is lost leaves a hole: nothing behind it may pass for what was in it.
                if (LostBytes && (down || proxy.Mode != ProxyMode.DropDown)) continue;
                if (!down) proxy.CountRequests(buffer.AsSpan(0, count));
                if (!await PassAsync(buffer.AsMemory(0, count), to, down)) break;
            }
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The other side of this flow must not wait for what will not come; but what it has sent already shall still arrive.
            if (down) Abort(client);
            else Quietly(() => to.Shutdown(SocketShutdown.Send));
        }
    }

    // False: the flow ends here.
    private async Task<bool> PassAsync(Memory<byte> bytes, Socket to, bool down)
    {
        switch (down ? proxy.Mode : ProxyMode.Pass)
        {
            case ProxyMode.Drip:
                using (var pace = proxy.DripPause > TimeSpan.Zero ? new PeriodicTimer(proxy.DripPause) : null)
                {
                    for (; bytes.Length > proxy.Bytes && proxy.Mode == ProxyMode.Drip; bytes = bytes[proxy.Bytes..])
                    {
                        await SendAllAsync(to, bytes[..proxy.Bytes]);
                        if (pace is not null) await pace.WaitForNextTickAsync();
                    }
                }
                break;
            case ProxyMode.Truncate when _sentDown + bytes.Length > proxy.Bytes:
                await SendAllAsync(to, bytes[..Math.Max(0, proxy.Bytes - _sentDown)]);
                return false;
            case ProxyMode.Corrupt:
                for (var i = 0; i < bytes.Length; i++)
                {
                    if (_dice.NextDouble() < proxy.Flipped) bytes.Span[i] ^= (byte)(1 << _dice.Next(8));
                }
                break;
            case ProxyMode.Delay:
                using (var pace = new PeriodicTimer(proxy.Lateness)) await pace.WaitForNextTickAsync();
                break;
        }
        await SendAllAsync(to, bytes);
        if (down) _sentDown += bytes.Length;
        return true;
    }

    private async Task WhileStalledAsync()
    {
        while (true)
        {
            var changed = proxy.Changed;
            if (proxy.Mode != ProxyMode.Stall || _reset) return;
            await changed;
        }
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await to.SendAsync(bytes, SocketFlags.None)..];
    }

    private static void Abort(Socket socket) => Quietly(() =>
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    });

    private static void Quietly(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }
    }
}
