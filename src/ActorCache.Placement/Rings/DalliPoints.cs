using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace ActorCache.Placement;

/// <summary>
/// dalli's points, from SHA-1. A key belongs to the last point that is not above it, so each point's share ends where the next one begins:
/// here a point stands at that end, and the same search as everywhere finds it.
/// </summary>
internal static class DalliPoints
{
    private const int PointsPerServer = 160;

    public static RingPoint[] Of(Topology topology)
    {
        var servers = topology.Servers;
        var totalWeight = servers.Sum(server => (long)server.Weight);
        var begins = SpymemcachedPoints.LastOfEach([.. servers.SelectMany((server, index) =>
            Enumerable.Range(0, Count(server.Weight, totalWeight, servers.Count)).Select(i => new RingPoint(Value(server, i), index)))]);
        return [.. begins.Select((point, i) => new RingPoint(unchecked(begins[(i + 1) % begins.Length].Value - 1), point.Server))];
    }

    private static int Count(int weight, long totalWeight, int servers) => (int)Math.Floor((long)servers * PointsPerServer * weight / (double)totalWeight);

    [SuppressMessage("Security", "CA5350", Justification = "Places keys as dalli does, keeps no secrets.")]
    private static uint Value(ServerAddress server, int i)
    {
        Span<byte> digest = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(PointNames.Dalli(server, i), digest);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }
}
