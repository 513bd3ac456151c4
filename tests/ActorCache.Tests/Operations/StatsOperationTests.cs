using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Statistics come a line each: what is kept of them, and that nothing of half an answer is told.</summary>
public class StatsOperationTests
{
    private readonly Pool _pool = new("a");

    [Theory]
    [InlineData(StatsGroup.General, "stats\r\n")]
    [InlineData(StatsGroup.Items, "stats items\r\n")]
    [InlineData(StatsGroup.Slabs, "stats slabs\r\n")]
    [InlineData(StatsGroup.Settings, "stats settings\r\n")]
    public async Task Each_group_has_its_word(StatsGroup group, string wire)
    {
        _pool["a"].Answers = _ => "END";
        var result = await _pool.Client.StatsAsync(group).Soon();
        Assert.Equal((group, true), (result.Group, result.IsComplete));
        Assert.Equal(wire, Assert.Single(_pool["a"].Accepted).Text);
    }

    [Fact]
    public void Every_group_is_tried_here()
    {
        Assert.Equal(4, Enum.GetValues<StatsGroup>().Length);
        foreach (var group in new[] { (StatsGroup)4, (StatsGroup)(-1) })
            Assert.Equal("group", Calls.ThrowsAtOnce<ArgumentOutOfRangeException>(() => _pool.Client.StatsAsync(group).AsTask()).ParamName);
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public async Task Figures_are_kept_as_the_server_wrote_them()
    {
        var (call, request) = Ask();
        foreach (var line in new[] { "STAT pid 4711", "STAT items:1:number 5", "STAT rusage_user 0.012", "STAT inter 127.0.0.1, [::1]", "STAT empty ", "STAT bare", "STAT twice 1", "STAT twice 2" })
            request.Hear(line);
        Assert.False(call.IsCompleted);
        request.Answer("END");
        var server = (await call.Soon()).Servers["a:11211"];
        Assert.True(server.IsAnswered);
        Assert.Equal(new Dictionary<string, string>
        {
            ["pid"] = "4711", ["items:1:number"] = "5", ["rusage_user"] = "0.012", ["inter"] = "127.0.0.1, [::1]", ["empty"] = "", ["bare"] = "", ["twice"] = "2",
        }, server.Values);
    }

    [Theory]
    [InlineData(AttemptEnd.TimedOut, CacheOutcome.TimedOut)]
    [InlineData(AttemptEnd.Unanswered, CacheOutcome.Unavailable)]
    public async Task Of_an_answer_that_does_not_end_nothing_is_told(AttemptEnd end, CacheOutcome outcome)
    {
        var (call, request) = Ask();
        request.Hear("STAT pid 4711");
        request.End(end);
        request.Hear("STAT uptime 5"); // Nobody is there any more to hear it.
        var server = (await call.Soon()).Servers["a:11211"];
        Assert.Equal((outcome, false), (server.Outcome, server.IsAnswered));
        Assert.Empty(server.Values);
    }

    [Fact]
    public async Task Lines_without_number_are_not_kept_without_number()
    {
        var (call, request) = Ask();
        for (var i = 0; i < 8193; i++) request.Hear($"STAT name{i} {i}");
        request.Answer("END");
        var server = (await call.Soon()).Servers["a:11211"];
        Assert.Equal(CacheOutcome.ServerError, server.Outcome);
        Assert.Empty(server.Values);
    }

    [Fact]
    public async Task An_answer_to_something_else_is_none()
    {
        _pool["a"].Answers = _ => "RESET";
        Assert.Equal(CacheOutcome.ServerError, (await _pool.Client.StatsAsync().Soon()).Servers["a:11211"].Outcome);
    }

    private (Task<StatsResult> Call, Request Request) Ask()
    {
        var call = _pool.Client.StatsAsync().AsTask();
        return (call, Assert.Single(_pool["a"].Accepted));
    }
}
