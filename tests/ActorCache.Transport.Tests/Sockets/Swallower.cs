using System.Net;
using System.Net.Sockets;

namespace ActorCache.Transport.Tests;

/// <summary>An address where connects are neither refused nor answered: somebody listens there whose queue is full.</summary>
internal sealed class Swallower : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _waiting = [];

    private Swallower(IPAddress address, int port)
    {
        _listener.Bind(new IPEndPoint(address, port));
        _listener.Listen(0);
    }

    public static async Task<Swallower> StartAsync(IPAddress address, int port = 0)
    {
        var swallower = new Swallower(address, port);
        await swallower.FillAsync();
        return swallower;
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var one in _waiting) one.Dispose();
    }

    // The queue of a listener with a backlog of 0 takes one; a second connect that is done would be a queue longer than that.
    private async Task FillAsync()
    {
        while (true)
        {
            var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            _waiting.Add(one);
            using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
            try
            {
                await one.ConnectAsync(_listener.LocalEndPoint!, patience.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
