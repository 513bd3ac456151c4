using ActorCache.EmbeddedServer.Connections;
using ActorCache.EmbeddedServer.Statistics;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer;

/// <summary>One life of the server process: everything that <c>kill -9</c> would take with it.</summary>
internal sealed class Incarnation
{
    private static int _lastProcessId = Environment.ProcessId;

    public Incarnation(EmbeddedMemcachedOptions options, int port, ClusterAnnouncement cluster)
    {
        Options = options;
        Port = port;
        Cluster = cluster;
        Clock = new ServerClock(options.TimeProvider);
        Store = new ItemStore(Clock, Statistics, options.MemoryLimit, options.MaxItemSize);
    }

    public EmbeddedMemcachedOptions Options { get; }

    public int Port { get; }

    /// <summary>What it says of the servers it is one of; told from outside, so it outlives this.</summary>
    public ClusterAnnouncement Cluster { get; }

    /// <summary>What <c>stats</c> says: every life has its own, so that a client can see that a server was restarted.</summary>
    public int ProcessId { get; } = Interlocked.Increment(ref _lastProcessId);

    public ServerClock Clock { get; }

    public ServerStatistics Statistics { get; } = new();

    public ItemStore Store { get; }

    public ConnectionSet Connections { get; } = new();
}
