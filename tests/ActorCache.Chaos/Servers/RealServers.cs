using ActorCache.TestServers;

namespace ActorCache.Chaos;

/// <summary>A pool of real memcached processes, ended with the row.</summary>
internal sealed class RealServers
{
    private readonly MemcachedProcess[] _servers;

    private RealServers(MemcachedProcess[] servers) => _servers = servers;

    public MemcachedProcess this[int index] => _servers[index];

    public IReadOnlyList<string> Addresses => [.. _servers.Select(server => server.Address)];

    public MemcachedProcess At(string address) => _servers.Single(server => server.Address == address);

    public static RealServers Start(Trial trial, int count, params string[] arguments) =>
        new([.. Enumerable.Range(0, count).Select(_ => trial.Own(MemcachedProcess.Start(arguments)))]);
}
