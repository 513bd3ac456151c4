using System.Text;
using ActorCache.Placement;
using BenchmarkDotNet.Attributes;

namespace ActorCache.Benchmarks;

/// <summary>
/// What it costs to find a key's server, for every distribution: with the key's hash and without it, and while a tenth of the servers is away.
/// Keys are 20 characters and all different, so that neither caches nor branches learn them by heart.
/// </summary>
[MemoryDiagnoser]
public class PlacementBenchmarks
{
    private const int KeyCount = 4096;
    private readonly byte[][] _keys = [.. Enumerable.Range(0, KeyCount).Select(i => Encoding.ASCII.GetBytes($"user:{i * 2654435761L % 100000000000:00000000000}:abc"))];
    private readonly uint[] _hashes = new uint[KeyCount];
    private Ring _ring = null!;
    private ServingRing _outage = null!;
    private int _next;

    /// <summary>Every one there is.</summary>
    public static IEnumerable<string> Distributions => Distribution.Names;

    /// <summary>The option value.</summary>
    [ParamsSource(nameof(Distributions))]
    public string Placement { get; set; } = "";

    /// <summary>How many servers.</summary>
    [Params(10, 1000)]
    public int Servers { get; set; }

    [GlobalSetup]
    public void Build()
    {
        if (!Distribution.TryFind(Placement, out var distribution)) throw new ArgumentException(Placement);
        _ring = distribution.Build(new Topology(Enumerable.Range(0, Servers).Select(i => ServerAddress.Parse($"10.1.{i / 250}.{(i % 250) + 1}"))));
        _outage = _ring.ServeWith(Enumerable.Range(0, Servers).Where(i => i % 10 == 3).Aggregate(ServerSet.All(Servers), (living, away) => living.Without(away)));
        for (var i = 0; i < KeyCount; i++) _hashes[i] = _ring.Place(_keys[i]).Hash;
    }

    /// <summary>The owner of a key whose hash is known.</summary>
    [Benchmark]
    public int Owner()
    {
        var i = _next++ & (KeyCount - 1);
        return _ring.Owner(new KeyPlace(_hashes[i], _keys[i]));
    }

    /// <summary>The owner of a key.</summary>
    [Benchmark]
    public int HashAndOwner() => _ring.Owner(_ring.Place(_keys[_next++ & (KeyCount - 1)]));

    /// <summary>Who serves a key whose hash is known while every tenth server is away.</summary>
    [Benchmark]
    public int ServerInAnOutage()
    {
        var i = _next++ & (KeyCount - 1);
        return _outage.ServerFor(new KeyPlace(_hashes[i], _keys[i]));
    }
}
