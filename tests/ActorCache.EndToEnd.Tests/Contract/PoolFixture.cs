using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>A pool of one kind for all tests of a class. A contract is a class of tests over it, and two classes that run it.</summary>
public abstract class PoolFixture(ServerKind kind) : IAsyncLifetime
{
    private Pool _pool = null!;
    private int _keys;

    public IActorCache Cache => _pool.Cache;

    internal Pool Pool => _pool;

    /// <summary>A key no other test uses.</summary>
    public string NewKey() => $"contract:{Interlocked.Increment(ref _keys)}";

    /// <summary>The address of the server that has this key.</summary>
    public string ServerOf(string key) => Cache.Monitor.Explain(key).Server!;

    public async Task InitializeAsync() => _pool = await Pool.StartAsync(kind);

    public async Task DisposeAsync() => await _pool.DisposeAsync();
}

/// <summary>Embedded servers.</summary>
public sealed class OnEmbedded() : PoolFixture(ServerKind.Embedded);

/// <summary>Real ones.</summary>
public sealed class OnMemcached() : PoolFixture(ServerKind.Memcached);
