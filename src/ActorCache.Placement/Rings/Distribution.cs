using System.Diagnostics.CodeAnalysis;

namespace ActorCache.Placement;

/// <summary>
/// One way to spread keys over servers, named after the client that it is compatible with: two clients of one pool that disagree keep
/// private half-caches, and their deletes miss. A distribution brings together a point builder and a key hash; the <see cref="Ring"/>
/// does the rest.
/// </summary>
public abstract class Distribution
{
    private static readonly Distribution[] Known = [new KetamaDistribution()];

    private protected Distribution(string name) => Name = name;

    /// <summary>
    /// <c>ketama</c>, the default: libmemcached's weighted ketama, as used by pylibmc, by php-memcached with libketama compatibility and by
    /// twemproxy with <c>distribution: ketama</c> and <c>hash: md5</c>.
    /// </summary>
    public static Distribution Ketama => Known[0];

    /// <summary>The option value of every distribution.</summary>
    public static IReadOnlyList<string> Names { get; } = Array.AsReadOnly(Array.ConvertAll(Known, distribution => distribution.Name));

    /// <summary>The option value.</summary>
    public string Name { get; }

    /// <summary>Finds a distribution by its option value, in any case.</summary>
    public static bool TryFind(string name, [NotNullWhen(true)] out Distribution? distribution)
    {
        distribution = Array.Find(Known, known => known.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        return distribution is not null;
    }

    /// <summary>Places the servers of a topology: about a millisecond of work for ten servers, thirty for a thousand.</summary>
    public abstract Ring Build(Topology topology);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
