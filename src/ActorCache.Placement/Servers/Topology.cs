namespace ActorCache.Placement;

/// <summary>
/// The servers of a pool in configured order: what a ring is built from. A server's index in this list is its number everywhere else
/// (<see cref="ServerSet"/>, <see cref="Ring"/>), and it means something only together with this topology.
/// </summary>
public sealed class Topology
{
    private readonly ServerAddress[] _servers;
    private readonly Dictionary<string, int> _indices;

    /// <summary>A topology of at least one server, every name once.</summary>
    /// <exception cref="ArgumentException">The list is empty, or names a server or an alias twice.</exception>
    public Topology(IEnumerable<ServerAddress> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        _servers = [.. servers];
        if (_servers.Length == 0)
            throw new ArgumentException("A topology needs at least one server; add one.", nameof(servers));

        _indices = new Dictionary<string, int>(_servers.Length, StringComparer.Ordinal);
        for (var i = 0; i < _servers.Length; i++)
        {
            if (!_indices.TryAdd(_servers[i].Name, i))
            {
                throw new ArgumentException(
                    $"Server \"{_servers[i].Name}\" is listed twice; remove one, or give it a greater weight.", nameof(servers));
            }
        }
        if (_servers.Where(server => server.Alias is not null).GroupBy(server => server.Alias, StringComparer.Ordinal).FirstOrDefault(alike => alike.Skip(1).Any()) is { } twins)
            throw new ArgumentException($"Two servers have the alias \"{twins.Key}\"; give each its own.", nameof(servers));
        Servers = Array.AsReadOnly(_servers);
    }

    /// <summary>Every server, in configured order.</summary>
    public IReadOnlyList<ServerAddress> Servers { get; }

    /// <summary>The index of the server with this <see cref="ServerAddress.Name"/>, or -1.</summary>
    public int IndexOf(string name) => _indices.GetValueOrDefault(name, -1);

    /// <summary>What has to happen to get from this topology to <paramref name="next"/>.</summary>
    public TopologyChange ChangeTo(Topology next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return new TopologyChange(
            Added: [.. next._servers.Where(server => IndexOf(server.Name) < 0)],
            Removed: [.. _servers.Where(server => next.IndexOf(server.Name) < 0)],
            Reweighted: [.. next._servers.Where(server => IndexOf(server.Name) is >= 0 and var i && !_servers[i].Equals(server))]);
    }
}
