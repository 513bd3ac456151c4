using System.Security.Cryptography;
using System.Text;
using CsCheck;

namespace ActorCache.Placement.Tests;

/// <summary>Pools of servers to place, and exact measures of the rings they give.</summary>
internal static class Pools
{
    private static readonly ServerAddress[] Dozen =
        [.. Enumerable.Range(1, 12).Select(i => ServerAddress.Parse($"cache-{i}:{11210 + (i % 3)}"))];

    /// <summary>Between <paramref name="min"/> and 12 equal servers in any order.</summary>
    public static Gen<ServerAddress[]> Any(int min) => Gen.Shuffle(Dozen, min, Dozen.Length);

    /// <summary>That many equal servers.</summary>
    public static Topology OfEquals(int count) =>
        new(Enumerable.Range(0, count).Select(i => ServerAddress.Parse($"10.1.{i / 250}.{(i % 250) + 1}")));

    /// <summary>One server for each weight, with addresses that only this pool has.</summary>
    public static Topology Weighted(int pool, params int[] weights) =>
        new(weights.Select((weight, i) => ServerAddress.Parse($"10.2.{pool}.{i + 1}*{weight}")));

    /// <summary>A ring for these servers with these points and no others; keys hashed as in ketama.</summary>
    public static PointRing WithPoints(int serverCount, params (uint Value, int Server)[] points) =>
        new(Distribution.Ketama, OfEquals(serverCount), false, KeyHashes.Md5, Array.ConvertAll(points, point => new RingPoint(point.Value, point.Server)));

    /// <summary>The ring of a distribution that has points.</summary>
    public static PointRing BuildPoints(this Distribution distribution, Topology topology) => (PointRing)distribution.Build(topology);

    /// <summary>The server that owns a hash, on a ring that asks for no more.</summary>
    public static int Owner(this PointRing ring, uint hash) => ring.Owner(new KeyPlace(hash, default));

    /// <summary>The server that serves a hash, on a ring that asks for no more.</summary>
    public static int ServerFor(this ServingRing ring, uint hash) => ring.ServerFor(new KeyPlace(hash, default));

    /// <summary>The server that owns a key.</summary>
    public static int Owner(this Ring ring, string key) => ring.Owner(ring.Place(Encoding.UTF8.GetBytes(key)));

    /// <summary>A key of its own for every number: alike keys lie close together by some hashes.</summary>
    public static byte[] RandomKey(int number) => Encoding.ASCII.GetBytes(Convert.ToHexString(SHA256.HashData(BitConverter.GetBytes(number)).AsSpan(0, 10)));

    /// <summary>The name of the server that owns a hash: what stays the same when indices do not.</summary>
    public static string OwnerName(this PointRing ring, uint hash) => ring.Topology.Servers[ring.Owner(hash)].Name;

    /// <summary>Servers in the order in which they would serve a hash.</summary>
    public static List<int> SuccessorList(this PointRing ring, uint hash) => ring.SuccessorList(new KeyPlace(hash, default));

    /// <summary>Servers in the order in which they would serve a key.</summary>
    public static List<int> SuccessorList(this Ring ring, KeyPlace place)
    {
        var servers = new List<int>();
        foreach (var server in ring.Successors(place))
            servers.Add(server);
        return servers;
    }

    /// <summary>Two servers' points coincide somewhere, so that their order decides.</summary>
    public static bool HasCollision(this PointRing ring)
    {
        for (var i = 1; i < ring.PointCount; i++)
        {
            if (ring.Points[i] == ring.Points[i - 1] && ring.Owners[i] != ring.Owners[i - 1])
                return true;
        }
        return false;
    }

    /// <summary>
    /// Each server's part of all hashes divided by its weight's part of all weights: 1 is perfect. From arcs, not from samples.
    /// </summary>
    public static double[] Fairness(this PointRing ring)
    {
        var servers = ring.Topology.Servers;
        var fairness = new double[servers.Count];
        var totalWeight = servers.Sum(server => server.Weight);
        for (var i = 0; i < ring.PointCount; i++)
        {
            var arc = unchecked(ring.Points[i] - ring.Points[i == 0 ? ring.PointCount - 1 : i - 1]);
            fairness[ring.Owners[i]] += arc / 4294967296.0 * totalWeight / servers[ring.Owners[i]].Weight;
        }
        return fairness;
    }
}
