namespace ActorCache.Tests;

/// <summary>Over a pool, counts are summed and nothing else is.</summary>
public class StatsResultTests
{
    [Theory]
    [InlineData("curr_items")]
    [InlineData("bytes")]
    [InlineData("cmd_get")]
    [InlineData("cmd_of_a_later_version")]
    [InlineData("get_hits")]
    [InlineData("delete_misses")]
    [InlineData("evictions")]
    public void A_count_is_the_sum_over_those_who_answered(string name)
    {
        var result = Of(StatsGroup.General, Server((name, "5")), Server((name, "18446744073709551610")), new ServerStats(CacheOutcome.TimedOut, new Dictionary<string, string>()));
        Assert.Equal((ulong.MaxValue, false), (result.Total(name), result.IsComplete));
    }

    [Theory]
    [InlineData("pid")]
    [InlineData("uptime")]
    [InlineData("time")]
    [InlineData("version")]
    [InlineData("pointer_size")]
    [InlineData("rusage_user")]
    [InlineData("threads")]
    [InlineData("")]
    public void What_is_no_count_has_no_sum(string name) => Assert.Null(Of(StatsGroup.General, Server((name, "5"))).Total(name));

    [Theory]
    [InlineData(StatsGroup.Items)]
    [InlineData(StatsGroup.Slabs)]
    [InlineData(StatsGroup.Settings)]
    public void Slab_classes_and_settings_have_no_sum(StatsGroup group) => Assert.Null(Of(group, Server(("curr_items", "5"))).Total("curr_items"));

    [Fact]
    public void A_figure_that_nobody_told_or_that_is_no_number_has_no_sum()
    {
        Assert.Null(Of(StatsGroup.General).Total("curr_items"));
        Assert.Null(Of(StatsGroup.General, Server(("bytes", "5"))).Total("curr_items"));
        foreach (var text in new[] { "", "-1", "1.5", "many", " 5", "18446744073709551616" }) Assert.Null(Of(StatsGroup.General, Server(("bytes", text))).Total("bytes"));
        Assert.Equal(5ul, Of(StatsGroup.General, Server(("bytes", "5")), Server(("bytes", "many"))).Total("bytes"));
    }

    private static ServerStats Server(params (string Name, string Value)[] values) =>
        new(CacheOutcome.Hit, values.ToDictionary(value => value.Name, value => value.Value));

    private static StatsResult Of(StatsGroup group, params ServerStats[] servers) =>
        new(group, servers.Select((server, i) => (server, i)).ToDictionary(one => $"server-{one.i}", one => one.server));
}
