using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>
/// No value is handed out that is older than what this client last wrote: what a call does where its key's copies differ, and what it leaves
/// behind for those that come after it.
/// </summary>
public class JournaledOperationTests
{
    private readonly Pool _pool = new("a", "b", "c");
    private readonly string _key;

    public JournaledOperationTests() => _key = _pool.KeyOf("a", "b", "c");

    public static readonly TheoryData<string> Writes =
        ["set", "set-raw", "set-many", "delete", "delete-many", "add", "replace", "append", "prepend", "cas", "increment", "decrement"];

    public static readonly TheoryData<string> WritesThatReplace = ["set", "set-raw", "set-many", "delete", "delete-many"];

    public static readonly TheoryData<string> OnesThatNeedACleanKey =
        ["get", "get-raw", "get-and-touch", "get-many", "touch", "add", "replace", "append", "prepend", "cas", "increment", "decrement"];

    [Theory]
    [InlineData("set")]
    [InlineData("set-raw")]
    [InlineData("set-many")]
    [InlineData("delete")]
    [InlineData("add")]
    public async Task A_write_to_a_stand_in_makes_the_owners_copy_stale(string kind)
    {
        _pool.Lose("a");
        await Answered("b", kind);
        Assert.Equal((Standing.Stale, Standing.Sound), (At("a"), At("b")));
        Assert.Equal(1, _pool.Journal.Count);
    }

    [Theory]
    [InlineData("get")]
    [InlineData("get-and-touch")]
    [InlineData("touch")]
    [InlineData("replace")] // These do nothing where there is nothing, and where there is something that has been noted.
    [InlineData("append")]
    [InlineData("prepend")]
    [InlineData("cas")]
    [InlineData("increment")]
    [InlineData("decrement")]
    public async Task What_writes_no_value_makes_nothing_stale(string kind)
    {
        _pool.Lose("a");
        await Answered("b", kind);
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public async Task While_every_key_lies_with_its_owner_nothing_is_noted(string kind)
    {
        await Answered("a", kind);
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Theory]
    [MemberData(nameof(OnesThatNeedACleanKey))]
    public async Task A_stale_key_is_deleted_first_in_the_same_pipeline(string kind)
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        var call = Calls.Begin(_pool.Client, kind, _key);

        var (delete, own) = (await a.NextAsync(), await a.NextAsync());
        Assert.Equal(($"md {_key} O7\r\n", true), (delete.Text, delete.More));
        Assert.Equal(_key, own.Key);
        Assert.NotEqual(delete.Kind, own.Kind);
        delete.Answer("HD");
        own.Answer(Calls.Good(kind));
        Assert.Equal("a:11211", (await call.Soon()).Server);
        Assert.Equal(Standing.Sound, At("a"));

        // Once is enough.
        var again = Calls.Begin(_pool.Client, "get", _key);
        var get = await a.NextAsync();
        Assert.StartsWith("mg ", get.Text, StringComparison.Ordinal);
        get.Answer("EN");
        await again.Soon();
        Assert.Equal(3, a.Accepted.Count);
    }

    [Theory]
    [InlineData("HD")]
    [InlineData("NF")]
    public async Task A_delete_that_is_answered_has_cleaned_whether_there_was_something_or_not(string line)
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        var get = _pool.Client.GetAsync<string>(_key);
        (await a.NextAsync()).Answer(line);
        Assert.Equal(Standing.Sound, At("a"));
        (await a.NextAsync()).Answer("EN");
        await get.Soon();
    }

    [Theory]
    [InlineData("SERVER_ERROR out of memory")]
    [InlineData(null)]
    public async Task A_delete_that_failed_or_was_never_answered_has_cleaned_nothing(string? line)
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        var get = _pool.Client.GetAsync<string>(_key);
        var (delete, own) = (await a.NextAsync(), await a.NextAsync());
        if (line is null) delete.End(AttemptEnd.Unanswered);
        else delete.Answer(line);
        Assert.Equal(Standing.Stale, At("a"));
        own.Answer("EN");
        await get.Soon();
    }

    [Fact]
    public async Task As_long_as_the_delete_is_not_answered_every_call_sends_one()
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        var calls = new[] { _pool.Client.GetAsync<string>(_key).AsTask(), _pool.Client.GetAsync<string>(_key).AsTask() };
        Assert.Equal(["md", "mg", "md", "mg"], a.Accepted.Select(request => request.Text[..2]));
        foreach (var request in a.Accepted) request.Answer(request.Text.StartsWith("md", StringComparison.Ordinal) ? "HD" : "EN");
        foreach (var call in calls) await call.Soon();
    }

    [Theory]
    [MemberData(nameof(WritesThatReplace))]
    public async Task A_set_or_a_delete_takes_the_place_of_a_stale_copy_without_further_ado(string kind)
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        await Answered("a", kind);
        Assert.Single(a.Accepted);
        Assert.Equal((Standing.Sound, Standing.Stale), (At("a"), At("b")));
    }

    [Theory]
    [MemberData(nameof(Writes))]
    [InlineData("get")]
    [InlineData("touch")]
    public async Task A_server_on_which_something_may_still_be_carried_out_is_passed_over_for_a_stale_key(string kind)
    {
        var a = await WrittenElsewhere();
        await Answered("b", kind);
        Assert.Empty(a.Accepted);
    }

    // Both hold something that may be brought back, or may be about to be: nothing that could be trusted is held anywhere.
    [Theory]
    [InlineData("get", CacheOutcome.Miss)]
    [InlineData("touch", CacheOutcome.NotFound)]
    [InlineData("increment", CacheOutcome.Unavailable)]
    public async Task Where_nobody_can_be_trusted_a_read_finds_nothing_and_sends_nothing(string kind, CacheOutcome expected)
    {
        NobodyIsTrusted();
        var end = await Calls.Begin(_pool.Client, kind, _key).Soon();
        Assert.Equal((expected, false), (end.Outcome, end.MayHaveBeenApplied));
        Assert.All(_pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Theory]
    [InlineData("set", "ms")]
    [InlineData("delete", "md")]
    public async Task Where_nobody_can_be_trusted_what_overwrites_is_stored_and_not_trusted_either(string kind, string command)
    {
        NobodyIsTrusted();
        foreach (var connection in _pool.Connections) connection.Answers = _ => "HD";
        Assert.True((await Calls.Begin(_pool.Client, kind, _key).Soon()).IsGood);
        Assert.StartsWith(command, Assert.Single(_pool.Connections.SelectMany(connection => connection.Accepted)).Text, StringComparison.Ordinal);
        Assert.All(new[] { "a", "b", "c" }, host => Assert.Equal(Standing.Stale, At(host)));
    }

    [Theory]
    [InlineData("set")]
    [InlineData("delete")]
    public async Task Where_nobody_can_be_trusted_and_the_last_resort_is_gone_what_overwrites_goes_to_another(string kind)
    {
        NobodyIsTrusted();
        _pool["c"].Outcome = _pool["b"].Outcome = SendOutcome.Closed; // The table does not say so yet.
        _pool["a"].Answers = _ => "HD";
        var answer = await Calls.Begin(_pool.Client, kind, _key).Soon();
        Assert.Equal((true, "a:11211", false), (answer.IsGood, answer.Server, answer.MayHaveBeenApplied));
        Assert.Single(_pool["a"].Accepted);
    }

    [Theory]
    [InlineData("set")]
    [InlineData("delete")]
    public async Task A_server_that_was_passed_over_is_the_last_resort_when_the_one_after_it_is_lost_under_the_call(string kind)
    {
        var a = await WrittenElsewhere();
        var call = Calls.Begin(_pool.Client, kind, _key);
        var request = await _pool["b"].NextAsync();
        foreach (var host in new[] { "b", "c" }) _pool[host].Outcome = SendOutcome.Closed;
        request.End(AttemptEnd.Unanswered);
        (await a.NextAsync()).Answer("HD");
        var answer = await call.Soon();
        Assert.Equal((true, "a:11211", true), (answer.IsGood, answer.Server, answer.MayHaveBeenApplied));
        Assert.Equal(Standing.Stale, At("a"));
    }

    [Fact]
    public async Task A_read_finds_nothing_when_only_a_server_that_was_passed_over_is_left()
    {
        await WrittenElsewhere();
        var call = Calls.Begin(_pool.Client, "get", _key);
        var request = await _pool["b"].NextAsync();
        foreach (var host in new[] { "b", "c" }) _pool[host].Outcome = SendOutcome.Closed;
        request.End(AttemptEnd.Unanswered);
        Assert.Equal(CacheOutcome.Miss, (await call.Soon()).Outcome);
    }

    private void NobodyIsTrusted()
    {
        foreach (var host in new[] { "a", "b", "c" })
        {
            _pool.Lose(host);
            _pool.Up(host);
            _pool.Journal.InDoubt(System.Text.Encoding.UTF8.GetBytes(_key), Id(host));
        }
    }

    [Fact]
    public async Task A_set_over_the_limit_is_a_delete_and_makes_the_other_copies_stale()
    {
        _pool.Lose("a");
        var call = _pool.Client.SetRawAsync(_key, new System.Buffers.ReadOnlySequence<byte>(new byte[(1 << 20) + 1]));
        var request = await _pool["b"].NextAsync();
        Assert.Equal($"md {_key} O7\r\n", request.Text);
        request.Answer("NF");
        Assert.Equal(new StoreResult(CacheOutcome.TooLarge, "b:11211", MayHaveBeenApplied: false), await call.Soon());
        Assert.Equal((Standing.Stale, Standing.Sound), (At("a"), At("b")));
    }

    [Fact]
    public async Task Such_a_server_is_used_for_its_other_keys()
    {
        await WrittenElsewhere();
        var other = Enumerable.Range(0, 1_000).Select(i => $"other-{i}").First(key => _pool.Order(key)[0] == "a:11211");
        _pool["a"].Answers = _ => "EN";
        Assert.Equal("a:11211", (await _pool.Client.GetAsync<string>(other).Soon()).Server);
    }

    [Theory]
    [InlineData("set", true)]
    [InlineData("set-raw", true)]
    [InlineData("add", true)]
    [InlineData("replace", true)]
    [InlineData("delete", false)]
    [InlineData("append", false)]
    [InlineData("cas", false)]
    [InlineData("increment", false)]
    [InlineData("get", false)]
    [InlineData("touch", false)]
    public async Task What_brings_a_value_back_when_it_is_carried_out_late_leaves_its_server_in_doubt(string kind, bool inDoubt)
    {
        _pool["b"].Outcome = _pool["c"].Outcome = SendOutcome.Closed; // Nobody else is written to, so nothing else makes it stale.
        var call = Calls.Begin(_pool.Client, kind, _key);
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        await call.Soon();
        // What may be repeated was about to be sent to another server; that it was refused there does not unmake the note.
        var isRepeated = kind is "set" or "set-raw" or "delete";
        Assert.Equal(inDoubt || isRepeated ? Standing.Stale : Standing.Sound, At("a"));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task An_unanswered_increment_is_in_doubt_only_if_it_may_create_the_counter(bool creates, bool inDoubt)
    {
        var call = _pool.Client.IncrementAsync(_key, initial: creates ? 5 : null);
        (await _pool["a"].NextAsync()).End(AttemptEnd.TimedOut);
        await call.Soon();
        Assert.Equal(inDoubt ? Standing.Stale : Standing.Sound, At("a"));
    }

    [Fact]
    public async Task What_was_never_sent_leaves_no_doubt()
    {
        var call = _pool.Client.StoreAsync(_key, "v", new StoreOptions { Mode = StoreMode.Add });
        var request = await _pool["a"].NextAsync();
        foreach (var connection in _pool.Connections) connection.Outcome = SendOutcome.Closed;
        _pool.Lose("b");
        _pool.Lose("c");
        request.End(AttemptEnd.NeverSent);
        await call.Soon();
        Assert.Equal(Standing.Sound, At("a"));
    }

    [Theory]
    [MemberData(nameof(WritesThatReplace))]
    public async Task What_was_to_take_a_stale_copys_place_and_was_never_sent_leaves_it_stale(string kind)
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        var call = Calls.Begin(_pool.Client, kind, _key);
        var request = await a.NextAsync();
        Assert.Equal(Standing.Sound, At("a"));
        _pool["b"].Outcome = _pool["c"].Outcome = SendOutcome.Closed;
        request.End(AttemptEnd.NeverSent);
        await call.Soon();
        Assert.Equal(Standing.Stale, At("a"));
    }

    [Theory]
    [InlineData("set", true)]
    [InlineData("add", true)]
    [InlineData("append", false)]
    [InlineData("get", false)]
    public async Task A_write_whose_caller_gave_up_is_in_doubt_when_its_connection_ends_without_its_answer(string kind, bool inDoubt)
    {
        using var givenUp = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, kind, _key, givenUp.Token);
        await _pool["a"].NextAsync();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal(Standing.Sound, At("a")); // What is sent later over the same connection is carried out later.
        _pool["a"].Die(AttemptEnd.Unanswered);
        Assert.Equal(inDoubt ? Standing.Stale : Standing.Sound, At("a"));
    }

    [Fact]
    public async Task A_write_whose_caller_gave_up_and_that_was_answered_leaves_no_doubt()
    {
        using var givenUp = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, "set", _key, givenUp.Token);
        var request = await _pool["a"].NextAsync();
        await givenUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.False(request.Answer("HD"));
        _pool["a"].Die(AttemptEnd.Unanswered);
        Assert.True(_pool.Journal.IsQuiet);
    }

    [Fact]
    public async Task A_write_given_up_while_it_was_being_sent_is_in_doubt_as_well()
    {
        using var givenUp = new CancellationTokenSource();
        _pool["a"].OnOffered = givenUp.Cancel;
        var call = Calls.Begin(_pool.Client, "set", _key, givenUp.Token);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Single(_pool["a"].Accepted);
        _pool["a"].Die(AttemptEnd.Unanswered);
        Assert.Equal(Standing.Stale, At("a"));
    }

    [Fact]
    public async Task A_set_repeated_elsewhere_leaves_the_first_server_stale_and_the_second_sound()
    {
        var call = _pool.Client.SetAsync(_key, "v").AsTask();
        (await _pool["a"].NextAsync()).End(AttemptEnd.TimedOut);
        (await _pool["b"].NextAsync()).Answer("HD");
        Assert.Equal(new StoreResult(CacheOutcome.Stored, "b:11211", MayHaveBeenApplied: true), await call.Soon());
        Assert.Equal((Standing.Stale, Standing.Sound), (At("a"), At("b")));
    }

    [Fact]
    public async Task A_spoiled_server_is_used_for_nothing()
    {
        _pool.Journal.Spoil(Id("a"));
        await Answered("b", "get");
        await Answered("b", "set");
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public async Task When_nothing_is_journalled_a_stale_value_is_served_as_the_rule_says()
    {
        var pool = new Pool(new ActorCacheOptions { OnRejoin = OnRejoin.Admit }, connected: true, "a", "b");
        var key = pool.KeyOf("a", "b");
        pool.Lose("a");
        pool["b"].Answers = _ => "HD";
        await pool.Client.SetAsync(key, "new").Soon();
        var a = pool.Up("a");
        a.Answers = _ => "VA 3 c1\r\nold";
        Assert.Equal("old", (await pool.Client.GetAsync<string>(key).Soon()).Value);
        Assert.True(pool.Journal.IsQuiet);
    }

    // The delete was to travel with the operation behind it: when that one finds no room, nobody else would send it off.
    [Fact]
    public async Task A_delete_whose_operation_found_no_room_behind_it_is_sent_off_all_the_same()
    {
        var a = await WrittenElsewhere();
        _pool.Settle("a");
        a.OnAccepted = _ => a.Outcome = SendOutcome.Full;
        Assert.Equal(CacheOutcome.Overloaded, (await _pool.Client.GetAsync<string>(_key).Soon()).Outcome);
        Assert.StartsWith("md ", Assert.Single(a.Accepted).Text, StringComparison.Ordinal);
        Assert.Equal(1, a.Flushes);
    }

    // What a stand-in holds without a note from an outage whose journal overflowed is not trusted; with the journal full again, it cannot be
    // noted either.
    [Fact]
    public async Task What_cannot_be_noted_at_a_stand_in_that_is_not_trusted_is_deleted_before_every_read()
    {
        var pool = new Pool(new ActorCacheOptions { JournalMaxKeys = 1, HoldDown = TimeSpan.Zero }, connected: true, "a", "b");
        var keys = Enumerable.Range(0, 1_000).Select(i => $"k{i}").Where(key => pool.Order(key)[0] == "a:11211").Take(2).ToArray();
        pool["b"].Answers = request => request.Text.StartsWith("mg", StringComparison.Ordinal) ? "VA 3 c1\r\nold" : "HD";
        pool.Lose("a");
        foreach (var key in keys) await pool.Client.SetAsync(key, "old").Soon();
        var a = pool.Table.Find("a:11211")!.Id;
        pool.Up("a");
        pool.Journal.Flushed(pool.Journal.BeforeFlush(a));
        pool.Settle("a");
        pool["a"].Answers = _ => "HD";
        foreach (var key in keys) Assert.Equal("a:11211", (await pool.Client.SetAsync(key, "new").Soon()).Server);
        pool.Lose("a");
        await pool.Client.SetAsync(keys[0], "newer").Soon(); // Fills the journal.

        for (var i = 0; i < 2; i++)
        {
            await pool.Client.GetAsync<string>(keys[1]).Soon();
            Assert.Equal([$"md {keys[1]} ", $"mg {keys[1]} "], pool["b"].Accepted.TakeLast(2).Select(request => request.Text[..(4 + keys[1].Length)]));
        }
    }

    private int Id(string host) => _pool.Table.Find($"{host}:11211")!.Id;

    private Standing At(string host) => _pool.Journal.StandingOf(System.Text.Encoding.UTF8.GetBytes(_key), Id(host));

    /// <summary>The owner was away while the stand-in was written to, and has just come back.</summary>
    private async Task<FakeConnection> WrittenElsewhere()
    {
        _pool.Lose("a");
        await Answered("b", "set");
        return _pool.Up("a");
    }

    private async Task Answered(string host, string kind)
    {
        var call = Calls.Begin(_pool.Client, kind, _key);
        (await _pool[host].NextAsync()).Answer(Calls.Good(kind));
        var answer = await call.Soon();
        Assert.Equal((true, $"{host}:11211"), (answer.IsGood, answer.Server));
    }
}
