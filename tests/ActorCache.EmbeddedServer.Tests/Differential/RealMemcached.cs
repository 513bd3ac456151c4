using System.Net;
using ActorCache.TestServers;

namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>memcached itself, as a child process on a loopback port, for as long as a test class runs.</summary>
public sealed class RealMemcached : IAsyncLifetime
{
    private const string Version = "VERSION 1.6.18\r\n";
    private readonly MemcachedProcess _process = MemcachedProcess.Start();

    public IPEndPoint EndPoint => new(IPAddress.Loopback, _process.Port);

    public async Task InitializeAsync()
    {
        var version = await Wire.ConverseAsync(EndPoint, "version\r\n");
        Assert.True(version == Version, $"These tests know memcached 1.6.18; installed is {version}");
    }

    public Task DisposeAsync()
    {
        _process.Dispose();
        return Task.CompletedTask;
    }
}
