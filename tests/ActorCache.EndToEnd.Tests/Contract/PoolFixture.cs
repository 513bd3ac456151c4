using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>
/// A pool of one kind, spoken to in one dialect, for all tests of a class. A contract is a class of tests over it, and a class that runs it for
/// each of these pools.
/// </summary>
public abstract class PoolFixture(ServerKind kind, Dialect dialect, Dialect spoken, string distribution = "ketama") : IAsyncLifetime
{
    private Pool _pool = null!;
    private int _keys;

    public IActorCache Cache => _pool.Cache;

    /// <summary>Any but Auto.</summary>
    public Dialect Spoken => spoken;

    /// <summary>
    /// What twemproxy cannot do: it hangs up on <c>flush_all</c>, so that <see cref="IActorCache.FlushAllAsync"/> is NotSupported at once, whatever
    /// else is going on. All else works through it, values of a megabyte and get-and-touch included.
    /// </summary>
    public bool CanFlush => kind != ServerKind.Twemproxy;

    /// <summary>A version of an item means something: one server has it.</summary>
    public bool HasVersions => distribution != "replicated";

    /// <summary>One server can give one caller the right to create a value.</summary>
    public bool GivesLeases => spoken == Dialect.Meta && HasVersions;

    internal Pool Pool => _pool;

    /// <summary>A key no other test uses.</summary>
    public string NewKey() => $"contract:{Interlocked.Increment(ref _keys)}";

    /// <summary>The address of the server that has this key.</summary>
    public string ServerOf(string key) => Cache.Monitor.Explain(key).Server!;

    /// <summary>The seconds an item has left, -1 for ever, as the server says that really has it; null when it is not there.</summary>
    public async Task<long?> SecondsLeftAsync(string key)
    {
        var address = ServerOf(key); // Where all servers have it, another one each time.
        foreach (var store in _pool.Servers.Single(server => server.Address == address).Stores)
        {
            if (await TextConnection.SecondsLeftAsync(store, key) is { } seconds) return seconds;
        }
        return null;
    }

    /// <summary>Another pool like this one, for a test that hurts it.</summary>
    internal async Task<Pool> AnotherAsync(Action<ActorCacheOptions>? configure = null)
    {
        var pool = await Pool.StartAsync(kind, dialect, options =>
        {
            options.Distribution = distribution;
            configure?.Invoke(options);
        });
        Assert.All(pool.Cache.Monitor.Current.Servers, server => Assert.Equal(spoken, server.Dialect));
        return pool;
    }

    public async Task InitializeAsync() => _pool = await AnotherAsync();

    public async Task DisposeAsync() => await _pool.DisposeAsync();
}

/// <summary>Embedded servers.</summary>
public sealed class OnEmbedded() : PoolFixture(ServerKind.Embedded, Dialect.Auto, Dialect.Meta);

/// <summary>Real ones.</summary>
public sealed class OnMemcached() : PoolFixture(ServerKind.Memcached, Dialect.Auto, Dialect.Meta);

/// <summary>Real ones that speak TLS alone: nobody can ask them anything behind the cache's back.</summary>
public sealed class OnTlsMemcached() : PoolFixture(ServerKind.TlsMemcached, Dialect.Auto, Dialect.Meta);

/// <summary>Embedded servers, spoken to in classic.</summary>
public sealed class OnClassicEmbedded() : PoolFixture(ServerKind.Embedded, Dialect.Classic, Dialect.Classic);

/// <summary>Real ones, spoken to in classic.</summary>
public sealed class OnClassicMemcached() : PoolFixture(ServerKind.Memcached, Dialect.Classic, Dialect.Classic);

/// <summary>Real ones, spoken to in binary; there are no others.</summary>
public sealed class OnBinaryMemcached() : PoolFixture(ServerKind.Memcached, Dialect.Binary, Dialect.Binary);

/// <summary>Real ones behind a twemproxy.</summary>
public sealed class OnTwemproxy() : PoolFixture(ServerKind.Twemproxy, Dialect.Auto, Dialect.Classic);

/// <summary>Embedded servers that all hold everything.</summary>
public sealed class OnReplicated() : PoolFixture(ServerKind.Embedded, Dialect.Auto, Dialect.Meta, "replicated");
