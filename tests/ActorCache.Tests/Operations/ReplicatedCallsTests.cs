using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Where all servers hold everything: who is sent what, what several answers come to, and who is not read from any more.</summary>
public class ReplicatedCallsTests
{
    private readonly Pool _pool = new(new ActorCacheOptions { Distribution = "replicated" }, connected: true, "a", "b", "c");

    public static readonly TheoryData<string> ForAll =
        ["set", "set-raw", "set-many", "delete", "touch", "get-and-touch", "add", "replace", "append", "prepend", "increment", "decrement"];

    public static readonly TheoryData<string> Reads = ["get", "get-raw", "get-many"];

    // Without an answer, not known to have been done.
    public static readonly TheoryData<string> Writes = ["set", "set-raw", "set-many", "delete", "add", "replace", "append", "prepend", "increment", "decrement"];

    [Theory]
    [MemberData(nameof(ForAll))]
    public async Task What_changes_a_server_goes_once_to_all_that_live(string kind)
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => Calls.Good(kind);
        _pool.Lose("b");

        Assert.True((await Calls.Begin(_pool.Client, kind, "key").Soon()).IsGood);
        Assert.Equal((1, 0, 1), (_pool["a"].Accepted.Count, _pool["b"].Accepted.Count, _pool["c"].Accepted.Count));
        Assert.Equal(_pool["a"].Accepted[0].Text, _pool["c"].Accepted[0].Text);
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task Reads_take_turns_and_a_hit_is_asked_for_once(string kind)
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => Calls.Good(kind);
        for (var i = 0; i < 300; i++) Assert.True((await Calls.Begin(_pool.Client, kind, "key").Soon()).IsGood);

        Assert.All(_pool.Connections, connection => Assert.InRange(connection.Accepted.Count, 90, 110));
    }

    [Theory]
    [MemberData(nameof(Reads))]
    public async Task A_miss_asks_one_more_and_no_third(string kind)
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";

        Assert.Equal(CacheOutcome.Miss, (await Calls.Begin(_pool.Client, kind, "key").Soon()).Outcome);
        Assert.Equal([0, 1, 1], _pool.Connections.Select(connection => connection.Accepted.Count).Order());
    }

    [Fact]
    public async Task What_the_second_one_holds_is_a_hit()
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        _pool.Lose("c");
        _pool["b"].Answers = _ => "VA 1 c1\r\nv";

        for (var i = 0; i < 10; i++) Assert.Equal("b:11211", (await _pool.Client.GetAsync<string>("key").Soon()).Server);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Whoever_gives_no_answer_while_another_one_does_is_not_read_from_until_it_has_been_flushed(string kind)
    {
        foreach (var host in (string[])["a", "c"]) _pool[host].Answers = request => request.Kind == RequestKind.Get ? Calls.Good("get") : Calls.Good(kind);
        var call = Calls.Begin(_pool.Client, kind, "key");
        (await _pool["b"].NextAsync()).End(AttemptEnd.TimedOut);

        Assert.True((await call.Soon()).IsGood);
        Assert.Equal((Standing.Sound, Standing.Spoiled, Standing.Sound), (At("a"), At("b"), At("c")));
        for (var i = 0; i < 6; i++) Assert.NotEqual("b:11211", (await _pool.Client.GetAsync<string>("key").Soon()).Server);
        Assert.Single(_pool["b"].Accepted);

        _pool.Journal.Flushed(_pool.Journal.BeforeFlush(Id("b")));
        Assert.Equal(Standing.Sound, At("b"));
    }

    [Theory]
    [InlineData(SendOutcome.Full)]
    [InlineData(SendOutcome.Closed)]
    public async Task Whoever_takes_no_write_is_not_read_from_either_unless_nobody_took_it(SendOutcome refusal)
    {
        foreach (var connection in _pool.Connections) connection.Outcome = refusal;
        Assert.False((await _pool.Client.SetAsync("key", "value").Soon()).IsStored);
        Assert.True(_pool.Journal.IsQuiet);

        foreach (var host in (string[])["a", "c"]) (_pool[host].Outcome, _pool[host].Answers) = (null, _ => "HD");
        Assert.True((await _pool.Client.SetAsync("key", "value").Soon()).IsStored);
        Assert.Equal(Standing.Spoiled, At("b"));
    }

    [Fact]
    public async Task Writes_go_to_those_too_that_are_to_be_flushed_and_only_the_others_are_believed()
    {
        _pool.Journal.Spoil(Id("a"));
        _pool["a"].Answers = _ => "NS";
        _pool["b"].Answers = _pool["c"].Answers = _ => "HD";

        Assert.True((await _pool.Client.StoreAsync("key", "value", new StoreOptions { Mode = StoreMode.Add }).Soon()).IsStored);
        Assert.All(_pool.Connections, connection => Assert.Single(connection.Accepted));
    }

    [Fact]
    public async Task Stored_anywhere_is_stored_and_deleted_anywhere_is_deleted()
    {
        (_pool["a"].Answers, _pool["b"].Answers, _pool["c"].Answers) = (_ => "NF", _ => "HD", _ => "NF");
        Assert.Equal(new StoreResult(CacheOutcome.Stored, "b:11211", false), await _pool.Client.DeleteAsync("key").Soon());

        (_pool["a"].Answers, _pool["b"].Answers) = (_ => "SERVER_ERROR out of memory storing object", _ => "HD");
        Assert.Equal(new StoreResult(CacheOutcome.Stored, "b:11211", false), await _pool.Client.SetAsync("key", "value").Soon());
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [InlineData("add", "NS", "HD", CacheOutcome.NotStored)]
    [InlineData("add", "HD", "NS", CacheOutcome.Stored)]
    [InlineData("append", "HD", "NS", CacheOutcome.Stored)]
    [InlineData("increment", "VA 1 O7\r\n5", "VA 1 O7\r\n6", CacheOutcome.Stored)]
    [InlineData("increment", "NF", "VA 1 O7\r\n6", CacheOutcome.NotFound)]
    public async Task Where_servers_say_differently_the_first_is_believed_and_the_key_is_deleted_at_the_others(string kind, string first, string others, CacheOutcome outcome)
    {
        (_pool["a"].Answers, _pool["c"].Answers) = (_ => first, _ => first);
        _pool["b"].Answers = request => request.Kind == RequestKind.Delete ? "HD" : others;

        Assert.Equal(outcome, (await Calls.Begin(_pool.Client, kind, "key").Soon()).Outcome);
        Assert.Equal((1, 2, 1), (_pool["a"].Accepted.Count, _pool["b"].Accepted.Count, _pool["c"].Accepted.Count));
        Assert.Equal(("md key O7\r\n", RequestKind.Delete), (_pool["b"].Accepted[1].Text, _pool["b"].Accepted[1].Kind));
    }

    [Fact]
    public async Task A_key_that_cannot_be_deleted_where_it_differs_is_not_read_there()
    {
        (_pool["a"].Answers, _pool["c"].Answers) = (_ => "HD", _ => "HD");
        var call = Calls.Begin(_pool.Client, "add", "key");
        (await _pool["b"].NextAsync()).Answer("NS");
        (await _pool["b"].NextAsync()).End(AttemptEnd.Unanswered);

        Assert.True((await call.Soon()).IsGood);
        Assert.Equal(Standing.Spoiled, At("b"));
    }

    [Fact]
    public async Task With_nobody_there_calls_are_unavailable_and_with_nobody_answering_they_say_what_may_be()
    {
        var call = _pool.Client.SetAsync("key", "value").AsTask();
        foreach (var connection in _pool.Connections) (await connection.NextAsync()).End(connection.Server.StartsWith('b') ? AttemptEnd.Unanswered : AttemptEnd.NeverSent);
        Assert.Equal((CacheOutcome.Unavailable, true), ((await call.Soon()).Outcome, (await call).MayHaveBeenApplied));

        foreach (var host in (string[])["a", "b", "c"]) _pool.Lose(host);
        Assert.Equal(new StoreResult(CacheOutcome.Unavailable, null, false), await _pool.Client.SetAsync("key", "value").Soon());
        Assert.Equal(CacheOutcome.Unavailable, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
    }

    [Fact]
    public async Task A_cancelled_write_that_is_lost_with_its_connection_leaves_that_server_unread()
    {
        using var cancellation = new CancellationTokenSource();
        var call = _pool.Client.SetAsync("key", "value", ct: cancellation.Token).AsTask();
        var pending = await _pool["b"].NextAsync();
        foreach (var host in (string[])["a", "c"]) (await _pool[host].NextAsync()).Answer("HD");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call).Soon();

        pending.End(AttemptEnd.Unanswered);
        Assert.Equal(Standing.Spoiled, At("b"));
    }

    [Fact]
    public void A_cas_is_refused_as_versions_of_one_server_mean_nothing_to_another() =>
        Assert.Contains("replicated", Calls.ThrowsAtOnce<NotSupportedException>(() => Calls.Start(_pool.Client, "cas", "key")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_was_away_for_a_moment_only_is_flushed_before_it_is_read_from(bool mayFlush)
    {
        var pool = new Pool(new ActorCacheOptions { Distribution = "replicated", OnRejoin = mayFlush ? OnRejoin.Replay : OnRejoin.Admit }, connected: true, "a", "b");
        pool.Lose("b");
        pool.Up("b");

        Assert.Equal((ServerState.Up, mayFlush), (pool.Table.Find("b:11211")!.Health.State, pool.Journal.PageOf(pool.Table.Find("b:11211")!.Id).IsSpoiled));
    }

    [Fact]
    public void Whoever_was_not_reached_at_first_has_missed_writes_too_and_whoever_joins_has_missed_all()
    {
        var pool = new Pool(new ActorCacheOptions { Distribution = "replicated" }, connected: false, "a", "b");
        pool.Up("a");
        pool.FailAttempt("b");
        pool.Up("b");
        Assert.Equal((false, true), (IsSpoiled("a"), IsSpoiled("b")));

        pool.SetTopology("a", "b", "c");
        Assert.Equal((ServerState.Quarantined, true), (pool.Table.Find("c:11211")!.Health.State, IsSpoiled("c")));

        bool IsSpoiled(string host) => pool.Journal.PageOf(pool.Table.Find($"{host}:11211")!.Id).IsSpoiled;
    }

    [Fact]
    public void Whoever_an_operator_took_out_and_lets_in_again_over_the_same_connection_has_missed_writes()
    {
        _pool.Apply(_pool.Transitions.Eject(_pool.Table, _pool.Table.Find("b:11211")!, _pool.Now));
        _pool.Apply(_pool.Transitions.Reinstate(_pool.Table, _pool.Table.Find("b:11211")!, _pool.Now));

        Assert.Equal((ServerState.Up, Standing.Spoiled), (_pool.Table.Find("b:11211")!.Health.State, At("b")));
    }

    private int Id(string host) => _pool.Table.Find($"{host}:11211")!.Id;

    private Standing At(string host) => _pool.Journal.StandingOf("key"u8, Id(host));
}
