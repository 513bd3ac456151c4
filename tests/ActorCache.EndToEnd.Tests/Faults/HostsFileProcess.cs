using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// What this assembly does when it is run as a program in a mount namespace of its own, where the hosts file is the test's: it has a name move, be forgotten and
/// stand for more addresses and fewer, through the platform's own resolver. Exits with 0 if all went as it should.
/// </summary>
internal static class HostsFileProcess
{
    public const string Argument = "hosts";

    public static async Task<int> RunAsync(string hosts)
    {
        void Say(params string[] addresses) => File.WriteAllLines(hosts, ["127.0.0.1 localhost", .. addresses.Select(address => $"{address} cache.test")]);

        // One process that listens on four addresses: who is who is told by the addresses it was dialled at.
        using var memcached = MemcachedProcess.Start("-l", "127.0.0.2", "-l", "127.0.0.3", "-l", "127.0.0.4");
        Say("127.0.0.2");
        await MovesAsync(memcached, Say);
        await ExpandsAsync(memcached, Say);
        return 0;
    }

    private static async Task MovesAsync(MemcachedProcess memcached, Action<string[]> say)
    {
        var name = $"cache.test:{memcached.Port}";
        await using var cache = await OneCache.StartAsync(name);
        var placed = cache.Cache.Monitor.Current.RingFingerprint;
        Require((await cache.Cache.SetAsync("key", 1)).Server == name, "the name serves");

        say([]);
        memcached.Restart();
        await cache.Log.Until(name, ServerState.Down);
        Require(cache.Cache.Monitor.Current.Servers[0].Cause!.Contains(name, StringComparison.Ordinal), "a name without an address is an attempt that failed");
        say(["127.0.0.3"]);
        await cache.Log.Until(name, ServerState.Up);
        Require((await cache.Cache.SetAsync("key", 1)).Server == name && cache.Cache.Monitor.Current.RingFingerprint == placed, "no key has moved");
    }

    private static async Task ExpandsAsync(MemcachedProcess memcached, Action<string[]> say)
    {
        say(["127.0.0.2", "127.0.0.3"]);
        await using var cache = await OneCache.StartAsync([$"cache.test:{memcached.Port}"], options =>
        {
            options.Discovery = Discovery.Dns;
            options.DiscoveryInterval = TimeSpan.FromMilliseconds(100);
        });
        string Names(params int[] last) => string.Join(' ', last.Select(byteOf => $"127.0.0.{byteOf}:{memcached.Port}"));
        Task Until(string names) => cache.Log.Until(now => string.Join(' ', now.Servers.Select(server => server.Name)) == names && now.Servers.All(server => server.State == ServerState.Up));

        await Until(Names(2, 3));
        say(["127.0.0.4", "127.0.0.3", "127.0.0.2"]);
        await Until(Names(2, 3, 4));
        say([]);
        var before = cache.Cache.Monitor.Current.TableVersion;
        for (var i = 0; i < 50; i++) Require((await cache.Cache.SetAsync($"key:{i}", i)).IsStored, "an outage of names is none of the servers");
        say(["127.0.0.4"]);
        await Until(Names(4));
        Require(cache.Cache.Monitor.Current.TableVersion > before, "those that are gone have left");
    }

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new InvalidOperationException($"It does not hold that {what}.");
    }
}
