using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Asks an ElastiCache cluster what servers it has: at the configured endpoints, in their order, and where none answers at some of the servers it
/// is known to have, as each of them knows. Servers are called what the cluster calls them, host and port, and dialled by that name: the
/// address that stands beside it may be somebody else's tomorrow.
/// </summary>
/// <param name="ask">Asks one of them; throws <see cref="ConnectException"/> when it does not answer.</param>
internal sealed class ElastiCacheDiscovery(Func<ServerAddress, CancellationToken, Task<ClusterConfiguration>> ask) : IServerDiscovery
{
    private const int ServersToAsk = 3;
    private IReadOnlyList<ServerAddress> _seeds = [];
    private Found? _found;

    public async Task<Discovered> FindAsync(IReadOnlyList<ServerAddress> seeds, bool anyServes, CancellationToken ct)
    {
        // Versions of different clusters say nothing about one another.
        if (!seeds.SequenceEqual(_seeds)) (_seeds, _found) = (seeds, null);
        var troubles = new List<string>();
        foreach (var server in seeds.Concat((_found?.Servers ?? []).Except(seeds).OrderBy(_ => Random.Shared.Next()).Take(ServersToAsk)))
        {
            try
            {
                var told = await ask(server, ct).ConfigureAwait(false);
                if (IsNews(told, anyServes)) _found = new Found(told.Version, Servers(told));
                return new Discovered(_found!.Servers);
            }
            catch (Exception e) when (e is ConnectException or FormatException)
            {
                troubles.Add(e.Message);
            }
        }
        return new Discovered(_found?.Servers ?? [], string.Join("; ", troubles));
    }

    // A lower version comes from a server that has not heard yet. Or the cluster was made anew under its old name: but then nobody serves.
    private bool IsNews(ClusterConfiguration told, bool anyServes) => _found is not { } found || told.Version > found.Version || (!anyServes && told.Version < found.Version);

    private static ServerAddress[] Servers(ClusterConfiguration told)
    {
        ServerAddress[] servers = [.. told.Nodes.Select(node => ServerAddress.Parse(ServerEndPoint.Tcp(node.Host, node.Port).ToString()))];
        return servers.DistinctBy(server => server.Name).Count() == servers.Length ? servers : throw new FormatException("The cluster's configuration names a server twice.");
    }

    private sealed record Found(long Version, IReadOnlyList<ServerAddress> Servers);
}
