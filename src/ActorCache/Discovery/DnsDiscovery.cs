using System.Net;
using System.Net.Sockets;
using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Every address of a name is a server. An address joins with the first answer that has it; it leaves when so many answers in a row have not had
/// it, since some name servers give a part of a long list at a time, and leaving and coming again costs a server its values. An answer without
/// any address is none.
/// </summary>
internal sealed class DnsDiscovery(TimeProvider time, Func<string, CancellationToken, Task<IPAddress[]>>? resolve = null) : IServerDiscovery
{
    /// <summary>How many answers in a row must be without an address before its server leaves.</summary>
    public const int AbsencesToLeave = 3;

    /// <summary>How long a resolver may take: what it usually gives itself for two name servers.</summary>
    public static readonly TimeSpan LongestLookup = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, NameLookup> _lookups = new(StringComparer.Ordinal);
    private Dictionary<ServerAddress, Dictionary<ServerAddress, int>> _found = []; // by the name, the servers and how many answers have been without them

    public async Task<Discovered> FindAsync(IReadOnlyList<ServerAddress> seeds, bool anyServes, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(LongestLookup, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var answers = await Task.WhenAll(seeds.Select(seed => LookUpAsync(seed, either.Token))).ConfigureAwait(false);
        ct.ThrowIfCancellationRequested();

        _found = answers.ToDictionary(answer => answer.Seed, answer => Fold(_found.GetValueOrDefault(answer.Seed) ?? [], answer.Servers));
        // The resolver's order means nothing, and that of clients that share the pool must be the same.
        var servers = seeds.SelectMany(seed => _found[seed].Keys.OrderBy(server => server.Name, StringComparer.Ordinal)).DistinctBy(server => server.Name);
        var troubles = answers.Select(answer => answer.Trouble).OfType<string>().ToList();
        return new Discovered([.. servers], troubles.Count == 0 ? null : string.Join("; ", troubles));
    }

    private static Dictionary<ServerAddress, int> Fold(Dictionary<ServerAddress, int> known, IReadOnlyList<ServerAddress> answered)
    {
        if (answered.Count == 0) return known;
        var still = known.Where(one => !answered.Contains(one.Key) && one.Value + 1 < AbsencesToLeave);
        return answered.ToDictionary(server => server, _ => 0).Concat(still.Select(one => KeyValuePair.Create(one.Key, one.Value + 1))).ToDictionary();
    }

    private async Task<(ServerAddress Seed, IReadOnlyList<ServerAddress> Servers, string? Trouble)> LookUpAsync(ServerAddress seed, CancellationToken ct)
    {
        try
        {
            if (!_lookups.TryGetValue(seed.Host, out var lookup)) _lookups.Add(seed.Host, lookup = new NameLookup(seed.Host, resolve));
            var servers = Servers(seed, await lookup.AskAsync(ct).ConfigureAwait(false));
            return (seed, servers, servers.Count > 0 ? null : $"{seed.Host} has no address");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return (seed, [], $"{seed.Host}: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            return (seed, [], $"{seed.Host} was not resolved within {LongestLookup.TotalSeconds:0} s");
        }
    }

    // A server with an address of either family would be two: where a name has both, the older one counts.
    private static List<ServerAddress> Servers(ServerAddress seed, IPAddress[] addresses)
    {
        var all = addresses.Select(address => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).Distinct().ToList();
        var four = all.Where(address => address.AddressFamily == AddressFamily.InterNetwork).ToList();
        return [.. (four.Count > 0 ? four : all).Select(address => ServerAddress.Parse(ServerEndPoint.Tcp(address.ToString(), seed.Port).ToString()).WithWeight(seed.Weight))];
    }
}
