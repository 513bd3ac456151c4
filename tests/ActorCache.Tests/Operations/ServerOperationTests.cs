using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What is asked of servers goes to each of them, to no other in its place, and none holds up another.</summary>
public class ServerOperationTests
{
    public static readonly TheoryData<string> Kinds = ["flush", "stats", "version"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Every_server_is_asked_and_answers_for_itself(string kind)
    {
        var pool = new Pool("a", "b", "c", "d", "e");
        pool["a"].Answers = _ => Good(kind);
        pool["b"].Answers = _ => "SERVER_ERROR not today";
        pool["c"].Outcome = SendOutcome.Full;
        pool.Lose("d");
        var call = Ask(pool.Client, kind);
        (await pool["e"].NextAsync()).End(AttemptEnd.TimedOut);

        Assert.Equal(new Dictionary<string, CacheOutcome>
        {
            ["a:11211"] = Done(kind), ["b:11211"] = CacheOutcome.ServerError, ["c:11211"] = CacheOutcome.Overloaded,
            ["d:11211"] = CacheOutcome.Unavailable, ["e:11211"] = CacheOutcome.TimedOut,
        }, await call.Soon());
        Assert.Equal(Wire(kind), Assert.Single(pool["a"].Accepted).Text);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task One_server_is_asked_alone(string kind)
    {
        var pool = new Pool("a", "b");
        pool["b"].Answers = _ => Good(kind);
        var (server, outcome) = Assert.Single(await Ask(pool.Client, kind, "b:11211").Soon());
        Assert.Equal(("b:11211", Done(kind)), (server, outcome));
        Assert.Empty(pool["a"].Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_server_that_is_none_is_refused_at_once_with_those_there_are(string kind)
    {
        var pool = new Pool("a", "b");
        foreach (var name in new[] { "", "a", "A:11211", "c:11211", "a:11211\r\nflush_all" })
        {
            var refused = Calls.ThrowsAtOnce<ArgumentException>(() => Ask(pool.Client, kind, name));
            Assert.Equal("server", refused.ParamName);
            Assert.Contains("a:11211, b:11211", refused.Message, StringComparison.Ordinal);
        }
        Assert.All(pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Theory]
    [InlineData("flush", AttemptEnd.NeverSent)]
    [InlineData("flush", AttemptEnd.Unanswered)]
    [InlineData("stats", AttemptEnd.NeverSent)]
    [InlineData("stats", AttemptEnd.Unanswered)]
    [InlineData("version", AttemptEnd.NeverSent)]
    [InlineData("version", AttemptEnd.Unanswered)]
    public async Task What_its_server_does_not_answer_is_Unavailable_and_nobody_else_is_asked(string kind, AttemptEnd end)
    {
        var pool = new Pool("a", "b");
        pool["b"].Answers = _ => Good(kind);
        var call = Ask(pool.Client, kind);
        (await pool["a"].NextAsync()).End(end);
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon())["a:11211"]);
        Assert.Single(pool["b"].Accepted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_waits_for_a_server_that_is_being_dialled(string kind)
    {
        var pool = new Pool(connected: false, "a", "b");
        var call = Ask(pool.Client, kind);
        (await pool.Up("a").NextAsync()).Answer(Good(kind));
        Assert.False(call.IsCompleted);
        pool.FailAttempt("b");
        Assert.Equal(new Dictionary<string, CacheOutcome> { ["a:11211"] = Done(kind), ["b:11211"] = CacheOutcome.Unavailable }, await call.Soon());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task It_waits_within_its_own_budget(string kind)
    {
        var pool = new Pool(connected: false, "a");
        var call = Ask(pool.Client, kind);
        pool.Time.Advance(Pool.Budget);
        Assert.Equal(CacheOutcome.TimedOut, (await call.Soon())["a:11211"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_leaves_while_it_is_dialled_is_Unavailable(string kind)
    {
        var pool = new Pool(connected: false, "a", "b");
        var call = Ask(pool.Client, kind, "b:11211");
        pool.SetTopology("a");
        Assert.Equal(CacheOutcome.Unavailable, (await call.Soon())["b:11211"]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_cancelled_call_detaches_its_caller(string kind)
    {
        var pool = new Pool("a");
        using var cancellation = new CancellationTokenSource();
        var call = Ask(pool.Client, kind, ct: cancellation.Token);
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
        Assert.True(pool["a"].Accepted[0].Answer(Good(kind)));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Ask(pool.Client, kind, ct: cancellation.Token).Soon());
        Assert.Single(pool["a"].Accepted);
    }

    private static string Good(string kind) => kind switch { "flush" => "OK", "stats" => "END", _ => "VERSION 1.6.18" };

    private static string Wire(string kind) => kind switch { "flush" => "flush_all\r\n", "stats" => "stats\r\n", _ => "version\r\n" };

    private static CacheOutcome Done(string kind) => kind == "flush" ? CacheOutcome.Stored : CacheOutcome.Hit;

    // Not async: what the facade throws at once is thrown here.
    private static Task<Dictionary<string, CacheOutcome>> Ask(IActorCache cache, string kind, string? server = null, CancellationToken ct = default) => kind switch
    {
        "flush" => Of(cache.FlushAllAsync(default, server, ct), result => result.Servers, outcome => outcome),
        "stats" => Of(cache.StatsAsync(StatsGroup.General, server, ct), result => result.Servers, one => one.Outcome),
        _ => Of(cache.VersionAsync(server, ct), result => result.Servers, one => one.Outcome),
    };

    private static async Task<Dictionary<string, CacheOutcome>> Of<TResult, TOne>(
        ValueTask<TResult> call, Func<TResult, IReadOnlyDictionary<string, TOne>> servers, Func<TOne, CacheOutcome> outcome) =>
        servers(await call).ToDictionary(one => one.Key, one => outcome(one.Value));
}
