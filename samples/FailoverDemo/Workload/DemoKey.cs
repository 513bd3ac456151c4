using ActorCache;

namespace FailoverDemo;

/// <summary>A key, and the server that owns it on the full ring: what tells a rerouted answer from an ordinary one.</summary>
internal readonly record struct DemoKey(string Name, string Owner)
{
    /// <summary>So many keys, spread over the servers as the cache places them.</summary>
    public static DemoKey[] Many(int count, IActorCacheMonitor monitor) =>
        [.. Enumerable.Range(0, count).Select(i => $"demo:{i:00000}").Select(key => new DemoKey(key, monitor.Explain(key).Owner))];
}
