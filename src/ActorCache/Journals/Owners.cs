using ActorCache.Placement;

namespace ActorCache;

/// <summary>Who owned which key in one topology, by the servers' numbers.</summary>
internal sealed class Owners(RouteTable table)
{
    private readonly int[] _ids = Array.ConvertAll(table.Servers, server => server.Id);

    public Ring Ring { get; } = table.Ring;

    public int Of(ReadOnlySpan<byte> key) => _ids[Ring.Owner(Ring.Place(key))];

    public bool Knows(int server) => Array.IndexOf(_ids, server) >= 0;

    /// <summary>Every key has the same owner in both.</summary>
    public bool IsSameAs(Owners other) => Ring.Fingerprint == other.Ring.Fingerprint && _ids.AsSpan().SequenceEqual(other._ids);
}
