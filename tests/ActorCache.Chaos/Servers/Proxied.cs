namespace ActorCache.Chaos;

/// <summary>Real servers, each behind a proxy.</summary>
internal sealed class Proxied(RealServers servers, FaultProxy[] proxies)
{
    public RealServers Servers => servers;

    public IReadOnlyList<FaultProxy> Proxies => proxies;

    public IReadOnlyList<string> Addresses => [.. proxies.Select(proxy => proxy.Address)];

    public FaultProxy this[int index] => proxies[index];

    public static Proxied Start(Trial trial, int count, params string[] arguments)
    {
        var servers = RealServers.Start(trial, count, arguments);
        return new Proxied(servers, FaultProxy.BeforeEach(trial, servers, count));
    }
}
