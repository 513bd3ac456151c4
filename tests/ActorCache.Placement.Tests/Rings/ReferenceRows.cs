using System.Globalization;
using System.Text;

namespace ActorCache.Placement.Tests;

/// <summary>
/// Where the real clients put real keys: <c>Vectors/SCHEME.csv</c>, produced by running them, over the server lists of
/// <c>Vectors/server_sets.csv</c>. A distribution bears a client's name only while it agrees with every row.
/// </summary>
internal static class ReferenceRows
{
    private const string Lists = "server_sets.csv";
    private static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "Vectors");

    /// <summary>Every scheme there are rows of.</summary>
    public static IEnumerable<string> Schemes =>
        Directory.EnumerateFiles(Folder, "*.csv").Select(path => Path.GetFileName(path)).Where(file => file != Lists).Select(file => Path.ChangeExtension(file, null));

    /// <summary>Checks a distribution against every row of a scheme, and returns how many there are.</summary>
    /// <param name="distribution">The distribution that claims compatibility.</param>
    /// <param name="scheme">The scheme.</param>
    /// <param name="weights">False for rows of clients that were given no weights, whatever the list says.</param>
    public static int AllAgreeWith(Distribution distribution, string scheme, bool weights)
    {
        var rings = Topologies(weights).ToDictionary(list => list.Key, list => distribution.Build(list.Value));
        var seen = 0;
        var mismatches = new List<string>();
        foreach (var row in Rows($"{scheme}.csv"))
        {
            seen++;
            var (list, key, expected) = (row[1], row[2], row[3]);
            var ring = rings[list];
            var actual = ring.Topology.Servers[ring.Owner(key)].Name;
            if (actual != expected)
                mismatches.Add($"{list}: {key} belongs to {expected}, not to {actual}");
        }

        Assert.True(
            mismatches.Count == 0,
            $"{mismatches.Count} of {seen} rows of {scheme} differ from {distribution}:\n{string.Join('\n', mismatches.Take(10))}");
        return seen;
    }

    private static Dictionary<string, Topology> Topologies(bool weights)
    {
        var lists = Rows(Lists).GroupBy(row => row[0]).ToDictionary(list => list.Key, list => new Topology(list
            .OrderBy(row => int.Parse(row[1], CultureInfo.InvariantCulture))
            .Select(row => ServerAddress.Parse(weights ? $"{row[2]}:{row[3]}*{row[4]}" : $"{row[2]}:{row[3]}"))));
        // The list that only twemproxy's rows use: the same servers, each with a name of its own.
        lists.Add("lo10w_named", new Topology(lists["lo10w"].Servers.Select((server, i) => ServerAddress.Parse($"node{i:00}@{server}"))));
        return lists;
    }

    private static IEnumerable<string[]> Rows(string file) => File.ReadLines(Path.Combine(Folder, file), Encoding.UTF8).Skip(1).Select(line => line.Split(','));
}
