namespace ActorCache.Tests;

/// <summary>The one cell between control plane and data plane.</summary>
public class CurrentRoutesTests
{
    private readonly Pool _pool = new("a", "b");

    [Fact]
    public void What_is_published_is_what_is_read()
    {
        _pool.Lose("a");
        var older = _pool.Table;
        _pool.Lose("b");
        Assert.NotSame(older, _pool.Table);
        Assert.Same(_pool.Table, _pool.Routes.TableOrNull);
    }

    [Fact]
    public void Closing_gives_the_last_table_once_and_nothing_is_published_afterwards()
    {
        var last = _pool.Table;
        Assert.Same(last, _pool.Routes.Close());
        Assert.Null(_pool.Routes.Close());
        _pool.Routes.Publish(last);
        Assert.Null(_pool.Routes.TableOrNull);
    }

    [Fact]
    public void After_shutdown_calls_are_refused_by_name()
    {
        _pool.Routes.Close();
        var refused = Assert.Throws<ObjectDisposedException>(() => _pool.Routes.Table);
        Assert.Contains("ActorCache \"test\"", refused.Message, StringComparison.Ordinal);
        Assert.Contains("shut down", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_call_after_shutdown_is_refused_and_sends_nothing()
    {
        _pool.Routes.Close();
        foreach (var kind in CacheOperationTests.Kinds)
            await Assert.ThrowsAsync<ObjectDisposedException>(() => Calls.Begin(_pool.Client, (string)kind[0], "key"));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _pool.Client.FlushAllAsync().Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _pool.Client.StatsAsync().Soon());
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _pool.Client.VersionAsync().Soon());
        Assert.Throws<ObjectDisposedException>(() => _pool.Client.Monitor.Current);
        Assert.Throws<ObjectDisposedException>(() => _pool.Client.Monitor.Explain("key"));
        Assert.All(_pool.Connections, connection => Assert.Empty(connection.Accepted));
    }
}
