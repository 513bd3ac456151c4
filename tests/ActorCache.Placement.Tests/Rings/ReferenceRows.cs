using System.Globalization;
using System.Text;

namespace ActorCache.Placement.Tests;

/// <summary>
/// Where the real clients put real keys: <c>Vectors/SCHEME.csv</c>, produced by running them, over the server lists of
/// <c>Vectors/server_sets.csv</c>. A distribution bears a client's name only while it agrees with every row.
/// </summary>
internal static class ReferenceRows
{
    /// <summary>Checks a distribution against every row of a file whose server list is known.</summary>
    /// <param name="distribution">The distribution that claims compatibility.</param>
    /// <param name="file">The scheme's file.</param>
    /// <param name="expectedRows">How many rows must have been looked at, so that a truncated file is not a pass.</param>
    public static void AllAgreeWith(Distribution distribution, string file, int expectedRows)
    {
        var rings = Lists().ToDictionary(list => list.Key, list => distribution.Build(list.Value));
        var seen = 0;
        var mismatches = new List<string>();
        foreach (var row in Rows(file))
        {
            var (list, key, expected) = (row[1], row[2], row[3]);
            if (!rings.TryGetValue(list, out var ring))
                continue;
            seen++;
            var actual = ring.Topology.Servers[ring.Owner(ring.Hash(Encoding.UTF8.GetBytes(key)))].Name;
            if (actual != expected)
                mismatches.Add($"{list}: {key} belongs to {expected}, not to {actual}");
        }

        Assert.True(
            mismatches.Count == 0,
            $"{mismatches.Count} of {seen} rows of {file} differ:\n{string.Join('\n', mismatches.Take(10))}");
        Assert.Equal(expectedRows, seen);
    }

    private static Dictionary<string, Topology> Lists() => Rows("server_sets.csv")
        .GroupBy(row => row[0])
        .ToDictionary(
            list => list.Key,
            list => new Topology(list
                .OrderBy(row => int.Parse(row[1], CultureInfo.InvariantCulture))
                .Select(row => ServerAddress.Parse($"{row[2]}:{row[3]}*{row[4]}"))));

    private static IEnumerable<string[]> Rows(string file) =>
        File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Vectors", file)).Skip(1).Select(line => line.Split(','));
}
