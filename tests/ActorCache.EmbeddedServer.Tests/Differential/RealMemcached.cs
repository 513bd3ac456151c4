using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>memcached itself, as a child process on a loopback port, for as long as a test class runs.</summary>
public sealed class RealMemcached : IAsyncLifetime
{
    private const string Version = "VERSION 1.6.18\r\n";
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private Process? _process;

    public IPEndPoint EndPoint { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        EndPoint = new IPEndPoint(IPAddress.Loopback, FreePort());
        try
        {
            // -u root is only looked at if root runs it, which it refuses without.
            _process = Process.Start("memcached", ["-u", "root", "-l", "127.0.0.1", "-p", $"{EndPoint.Port}", "-U", "0"]);
        }
        catch (Win32Exception missing)
        {
            throw new InvalidOperationException(
                "These tests compare with the real memcached: install it (apt-get install memcached).", missing);
        }
        var version = await FirstAnswerAsync();
        Assert.True(version == Version, $"These tests know memcached 1.6.18; installed is {version}");
    }

    public Task DisposeAsync()
    {
        _process?.Kill();
        _process?.WaitForExit();
        _process?.Dispose();
        return Task.CompletedTask;
    }

    // A child process sends no event when it listens: asked again until it answers.
    private async Task<string> FirstAnswerAsync()
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return await Wire.ConverseAsync(EndPoint, "version\r\n");
            }
            catch (SocketException) when (watch.Elapsed < _patience && _process is { HasExited: false })
            {
                await Task.Delay(10);
            }
        }
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
