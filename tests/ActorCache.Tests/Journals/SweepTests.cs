using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>One sweep: what it sends in which order, and that it ends once, as the answers say.</summary>
public class SweepTests
{
    private readonly Ledger _ledger = new(new Pool("a", "b"));
    private readonly FakeConnection _connection = new("a:11211");
    private readonly List<SweepEnd> _ends = [];

    [Fact]
    public void With_nothing_to_clean_it_asks_for_a_sign_of_health()
    {
        Begin();
        Assert.Equal("mn\r\n", Assert.Single(_connection.Accepted).Text);
        Assert.Equal(1, _connection.Flushes);
        Assert.Empty(_ends);
        Answer(0, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
    }

    [Fact]
    public void Stale_keys_are_deleted_and_then_it_asks_for_a_sign_of_health()
    {
        var keys = Stale(3);
        Begin();
        Assert.Equal(keys.Select(key => $"md {key} O7\r\n").Order(), _connection.Accepted.Select(request => request.Text).Order());
        Assert.All(_connection.Accepted, request => Assert.True(request.More));
        Assert.Equal(1, _connection.Flushes);
        Answer(0, "HD");
        Answer(1, "NF");
        Assert.Equal(3, _connection.Accepted.Count);
        Answer(2, "HD");
        Assert.Equal("mn\r\n", _connection.Accepted[3].Text);
        Assert.Equal(2, _connection.Flushes);
        Assert.False(_ledger.Journal.HasWorkAt(_ledger.Id("a")));
        Answer(3, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
    }

    [Fact]
    public void Many_keys_go_wave_by_wave()
    {
        Stale(600);
        Begin();
        Assert.Equal(256, _connection.Accepted.Count);
        for (var i = 0; i < 255; i++) Answer(i, "HD");
        Assert.Equal(256, _connection.Accepted.Count);
        Answer(255, "HD");
        Assert.Equal(512, _connection.Accepted.Count);
        for (var i = 256; i < 512; i++) Answer(i, "HD");
        Assert.Equal(600, _connection.Accepted.Count);
        for (var i = 512; i < 600; i++) Answer(i, "HD");
        Answer(600, "MN");
        Assert.Equal((SweepEnd.Clean, 601, 4), (Assert.Single(_ends), _connection.Accepted.Count, _connection.Flushes));
        Assert.False(_ledger.Journal.HasWorkAt(_ledger.Id("a")));
    }

    [Fact]
    public void Answers_that_come_inside_the_send_do_not_end_it_early()
    {
        Stale(600);
        _connection.OnAccepted = request => request.Answer(request.Text.StartsWith("mn", StringComparison.Ordinal) ? "MN" : "HD", inline: true);
        Begin();
        Assert.Equal([SweepEnd.Clean], _ends);
        Assert.Equal(601, _connection.Accepted.Count);
    }

    [Fact]
    public void A_delete_that_the_server_refused_leaves_its_key_for_the_next_sweep()
    {
        var keys = Stale(2);
        Begin();
        Answer(0, "SERVER_ERROR out of memory");
        Answer(1, "HD");
        Answer(2, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
        Assert.Equal(_connection.Accepted[0].Key, System.Text.Encoding.UTF8.GetString(Assert.Single(_ledger.Journal.StaleAt(_ledger.Id("a"))).Entry.Key));
        Assert.Contains(_connection.Accepted[0].Key, keys);
    }

    [Theory]
    [InlineData(AttemptEnd.Unanswered)]
    [InlineData(AttemptEnd.NeverSent)]
    [InlineData(AttemptEnd.TimedOut)]
    public void A_delete_without_an_answer_breaks_it_once_the_others_have_ended_too(AttemptEnd end)
    {
        Stale(3);
        Begin();
        _connection.Accepted[1].End(end);
        Answer(0, "HD");
        Assert.Empty(_ends);
        Answer(2, "HD");
        Assert.Equal([SweepEnd.Broken], _ends);
        Assert.Equal(3, _connection.Accepted.Count);
        Assert.Single(_ledger.Journal.StaleAt(_ledger.Id("a")));
    }

    [Theory]
    [InlineData(SendOutcome.Full)]
    [InlineData(SendOutcome.Closed)]
    public void A_connection_that_does_not_take_it_breaks_it_at_once(SendOutcome outcome)
    {
        Stale(3);
        _connection.Outcome = outcome;
        Begin();
        Assert.Equal([SweepEnd.Broken], _ends);
        Assert.Equal(3, _ledger.Journal.StaleAt(_ledger.Id("a")).Count);
    }

    [Fact]
    public void A_connection_that_fills_up_in_the_midst_breaks_it_when_those_it_took_are_answered()
    {
        Stale(5);
        _connection.OnAccepted = _ => _connection.Outcome = _connection.Accepted.Count == 2 ? SendOutcome.Full : null;
        Begin();
        Assert.Empty(_ends);
        Answer(0, "HD");
        Answer(1, "HD");
        Assert.Equal([SweepEnd.Broken], _ends);
        Assert.Equal(3, _ledger.Journal.StaleAt(_ledger.Id("a")).Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("ERROR")]
    public void Without_a_sign_of_health_it_is_broken(string? line)
    {
        Begin();
        if (line is null) _connection.Accepted[0].End(AttemptEnd.Unanswered);
        else Answer(0, line);
        Assert.Equal([SweepEnd.Broken], _ends);
    }

    [Fact]
    public void A_spoiled_server_is_flushed_first()
    {
        Stale(2);
        _ledger.Journal.Spoil(_ledger.Id("a"));
        Begin();
        Assert.Equal("flush_all\r\n", Assert.Single(_connection.Accepted).Text);
        Assert.Equal(Standing.Spoiled, _ledger.At("a", "any"));
        Answer(0, "OK");
        Assert.Equal(Standing.Sound, _ledger.At("a", "any"));
        // What was stale then has gone with the rest.
        Assert.Equal("mn\r\n", _connection.Accepted[1].Text);
        Answer(1, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
    }

    [Fact]
    public void What_was_noted_after_the_flush_was_sent_is_deleted()
    {
        _ledger.Journal.Spoil(_ledger.Id("a"));
        Begin();
        var late = Stale(1);
        Answer(0, "OK");
        Assert.Equal($"md {late[0]} O7\r\n", _connection.Accepted[1].Text);
        Answer(1, "HD");
        Answer(2, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
    }

    [Fact]
    public void A_flush_that_is_refused_and_that_only_a_caller_wanted_is_done_without()
    {
        var keys = Stale(1);
        _ledger.Journal.Unflushed(_ledger.Id("a"));
        Begin();
        Answer(0, "CLIENT_ERROR flush_all not allowed");
        Assert.Equal($"md {keys[0]} O7\r\n", _connection.Accepted[1].Text);
        Answer(1, "HD");
        Answer(2, "MN");
        Assert.Equal([SweepEnd.Clean], _ends);
        Assert.False(_ledger.Journal.HasWorkAt(_ledger.Id("a")));
    }

    [Theory]
    [InlineData("CLIENT_ERROR flush_all not allowed", false)]
    [InlineData("ERROR", false)]
    [InlineData(null, true)]
    public void A_flush_that_is_refused_keeps_the_server_out_and_one_that_is_not_answered_is_tried_again(string? line, bool broken)
    {
        _ledger.Journal.Spoil(_ledger.Id("a"));
        Begin();
        if (line is null) _connection.Accepted[0].End(AttemptEnd.Unanswered);
        else Answer(0, line);
        Assert.Equal(broken ? SweepEnd.Broken : SweepEnd.FlushRefused, Assert.Single(_ends));
        Assert.Single(_connection.Accepted);
        Assert.Equal(Standing.Spoiled, _ledger.At("a", "any"));
    }

    [Fact]
    public void Each_request_has_the_time_of_a_call()
    {
        Stale(1);
        Begin();
        var request = _connection.Accepted[0];
        var now = _ledger.Pool.Time.GetTimestamp();
        Assert.Equal((now, now + _ledger.Pool.Dispatcher.Budget), (request.AttemptStarted, request.Deadline));
    }

    private void Begin() => new Sweep(_ledger.Journal, _ledger.Pool.Dispatcher, _ledger.Id("a"), _connection, _ends.Add).Begin();

    private string[] Stale(int count)
    {
        var keys = _ledger.KeysOf("a", count);
        foreach (var key in keys) _ledger.Writing(key, "b");
        return keys;
    }

    private void Answer(int index, string line) => Assert.True(_connection.Accepted[index].Answer(line, inline: true));
}
