using ActorCache.EmbeddedServer;
using ActorCache.TestServers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>Server lists: every legal way to write one is dialled, and every other stops the host at its start with the entry's name.</summary>
public sealed class ServerInput
{
    public static TheoryData<string> Wrong =>
    [
        "", "host:0", "host:65536", "host:-1", "host:memcached", "host*0", "host*-1", "host*2147483647", "my host", "[::1", "::1:11211",
        "memcached://host:11211", "unix:relative", "a,b",
    ];

    [Theory, MemberData(nameof(Wrong))]
    public async Task A_wrong_entry_stops_the_host_at_its_start_and_is_named(string entry)
    {
        using var host = Hosts.Build(services => services.AddActorCache(options => options.Servers = ["127.0.0.1:1", entry]));
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains("Servers[1]", refused.Message, StringComparison.Ordinal);
        if (entry.Length > 0) Assert.Contains($"\"{entry}\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_entry_and_the_same_entry_twice_stop_the_host_at_its_start()
    {
        foreach (var servers in (string[][])[[], ["a:11211", "a"], ["::1", "[::1]:11211"], ["a*2", "b", "a*3"]])
        {
            using var host = Hosts.Build(services => services.AddActorCache(options => options.Servers = [.. servers]));
            var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
            Assert.Contains(servers.Length == 0 ? "Servers is empty" : "is listed twice", refused.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("localhost:{0}")]
    [InlineData("127.0.0.1:{0}")]
    [InlineData("127.0.0.1:{0}*65535")]
    [InlineData(" 127.0.0.1:{0} ")]
    public async Task Every_way_to_write_a_server_is_dialled(string form)
    {
        await using var server = EmbeddedMemcached.Start();
        await using var cache = await OneCache.StartAsync(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, server.EndPoint.Port));
        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);
    }

    [Theory]
    [InlineData("-l", "::1", "[::1]:")]
    [InlineData("-s", "path", "unix:")]
    public async Task A_real_server_is_dialled_over_IPv6_and_by_its_path(string option, string where, string prefix)
    {
        var path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        if (option == "-l" && !System.Net.Sockets.Socket.OSSupportsIPv6) return;
        using var server = option == "-l" ? MemcachedProcess.Start(option, where) : null;
        using var unix = option == "-s" ? UnixMemcached.Start(path) : null;
        await using var cache = await OneCache.StartAsync(server is null ? $"{prefix}{path}" : $"{prefix}{server.Port}");
        Assert.True((await cache.Cache.SetAsync("key", "value")).IsStored);
        Assert.Equal("value", (await cache.Cache.GetAsync<string>("key")).Value);
    }

    [Fact]
    public async Task A_thousand_servers_of_which_one_lives_are_a_pool()
    {
        await using var server = EmbeddedMemcached.Start();
        // Ports below 1024 that nobody listens on refuse at once.
        string[] dead = [.. Enumerable.Range(1, 999).Select(n => $"127.0.{n / 250 + 1}.{n % 250 + 1}:1")];
        await using var cache = await OneCache.StartAsync([.. dead, server.Address], options =>
        {
            options.RetryDelay = TimeSpan.FromSeconds(1);
            options.MaxRetryDelay = TimeSpan.FromSeconds(30);
        });
        await cache.Log.Until(now => now.Servers.Count(one => one.State == ServerState.Up) == 1 && now.Servers.All(one => one.State != ServerState.Connecting));
        Assert.Equal(1000, cache.Cache.Monitor.Current.Servers.Count);
        for (var n = 0; n < 50; n++) Assert.Equal(server.Address, (await cache.Cache.SetAsync($"key:{n}", "value")).Server);
    }

    [Fact]
    public async Task The_same_servers_in_another_order_place_every_key_the_same_and_one_server_has_them_all()
    {
        await using var a = EmbeddedMemcached.Start();
        await using var b = EmbeddedMemcached.Start();
        await using var c = EmbeddedMemcached.Start();
        await using var first = await OneCache.StartAsync([a.Address, b.Address, c.Address]);
        await using var second = await OneCache.StartAsync([c.Address, a.Address, b.Address]);
        await using var alone = await OneCache.StartAsync([b.Address]);
        for (var n = 0; n < 1000; n++)
        {
            Assert.Equal(first.Cache.Monitor.Explain($"key:{n}").Owner, second.Cache.Monitor.Explain($"key:{n}").Owner);
            Assert.Equal(b.Address, alone.Cache.Monitor.Explain($"key:{n}").Owner);
        }
    }
}
