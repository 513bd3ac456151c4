namespace ActorCache.Tests;

/// <summary>Which server is swept when: not before it has settled, one sweep at a time, and at the gate once it is time.</summary>
public class SweeperTests
{
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(1);
    private readonly List<(ServerRoute Server, SweepEnd End)> _ends = [];
    private Ledger _ledger = null!;
    private Sweeper _sweeper = null!;
    private FakeConnection _back = null!;

    [Fact]
    public void While_all_is_well_nobody_is_asked_for_anything()
    {
        Begin(new ActorCacheOptions());
        Tick();
        Assert.All(_ledger.Pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Fact]
    public void A_server_that_serves_is_swept_once_it_has_settled()
    {
        Begin(new ActorCacheOptions());
        ReturnsSuspect(settled: false);
        AnswersFor(Settling - TimeSpan.FromMilliseconds(50));
        Assert.Empty(_ends);
        AnswersFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal(SweepEnd.Settled, Assert.Single(_ends).End);
        Assert.All(_back.Accepted, asked => Assert.Equal("mn\r\n", asked.Text));
        End();
        Settle();
        Tick();
        Assert.StartsWith("md ", _back.Accepted[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_server_that_stands_still_meanwhile_is_at_work_for_a_moment_only()
    {
        Begin(new ActorCacheOptions());
        ReturnsSuspect(settled: false);
        AnswersFor(Settling / 2);
        Pass(TimeSpan.FromMinutes(1)); // Nothing is answered: of all this time a tenth of a second counts.
        AnswersFor(Settling / 2 - TimeSpan.FromMilliseconds(150));
        Assert.Empty(_ends);
        AnswersFor(TimeSpan.FromMilliseconds(50));
        Assert.Equal(SweepEnd.Settled, Assert.Single(_ends).End);
    }

    [Fact]
    public void One_sweep_at_a_time_and_the_next_when_there_is_something_to_do()
    {
        Begin(new ActorCacheOptions());
        ReturnsSuspect();
        Tick();
        Tick();
        Assert.Single(_back.Accepted);
        _back.Accepted[0].Answer("HD", inline: true);
        _back.Accepted[1].Answer("MN", inline: true);
        Assert.Equal(SweepEnd.Clean, Assert.Single(_ends).End);
        End();
        Tick();
        Assert.Equal(2, _back.Accepted.Count);

        _ledger.InDoubt(_ledger.KeysOf("a", 2)[1], "a");
        Tick();
        Assert.Equal(3, _back.Accepted.Count);
    }

    [Fact]
    public void What_the_stand_in_holds_is_swept_there_after_the_owner()
    {
        Begin(new ActorCacheOptions());
        ReturnsSuspect();
        var b = _ledger.Pool["b"];
        Tick();
        Assert.Empty(b.Accepted);
        _back.Accepted[0].Answer("HD", inline: true);
        Tick();
        Assert.StartsWith("md ", Assert.Single(b.Accepted).Text, StringComparison.Ordinal);
        b.Accepted[0].Answer("HD", inline: true);
        Assert.True(_ledger.Journal.IsQuiet);
    }

    [Fact]
    public void At_the_gate_a_server_is_swept_when_its_time_has_come_and_not_again()
    {
        Begin(new ActorCacheOptions());
        Ejected();
        var opens = _ledger.Pool.Table.Find("a:11211")!.History.GateOpensAt;
        Assert.Equal(ServerState.Quarantined, _ledger.Pool.Table.Find("a:11211")!.Health.State);
        Pass(opens - _ledger.Pool.Now.Elapsed - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_back.Accepted);
        Pass(TimeSpan.FromMilliseconds(1));
        _back.Accepted[0].Answer("HD", inline: true);
        _back.Accepted[1].Answer("MN", inline: true);
        Assert.Same(_back, _ends[0].Server.Live);
        _ledger.Pool.Apply(_ledger.Pool.Transitions.Swept(_ledger.Pool.Table, "a:11211", _back, _ledger.Pool.Now));
        End();
        Assert.Equal(ServerState.Up, _ledger.Pool.Table.Find("a:11211")!.Health.State);
        Tick();
        Assert.Equal(2, _back.Accepted.Count);
    }

    [Fact]
    public void At_the_gate_a_server_with_nothing_to_clean_is_asked_for_a_sign_of_health()
    {
        Begin(new ActorCacheOptions { Failback = Failback.Immediate });
        Ejected(written: false);
        Tick();
        Assert.Equal("mn\r\n", Assert.Single(_back.Accepted).Text);
    }

    [Theory]
    [InlineData(Failback.Sticky)]
    [InlineData(Failback.Manual)]
    public void Who_is_not_to_return_yet_is_not_swept(Failback failback)
    {
        Begin(new ActorCacheOptions { Failback = failback });
        Ejected();
        Pass(TimeSpan.FromHours(1));
        Assert.Empty(_back.Accepted);
    }

    [Fact]
    public void A_sweep_that_broke_is_begun_again()
    {
        Begin(new ActorCacheOptions());
        ReturnsSuspect();
        _back.Outcome = Transport.SendOutcome.Full;
        Tick();
        Assert.Equal(SweepEnd.Broken, Assert.Single(_ends).End);
        End();
        _back.Outcome = null;
        Tick();
        Assert.Single(_back.Accepted);
    }

    [Fact]
    public void A_server_that_refuses_to_be_flushed_is_not_asked_again_over_that_connection()
    {
        Begin(new ActorCacheOptions { OnRejoin = OnRejoin.Flush, Failback = Failback.Immediate });
        Ejected();
        Tick();
        _back.Accepted[0].Answer("CLIENT_ERROR flush_all not allowed", inline: true);
        Assert.Equal(SweepEnd.FlushRefused, Assert.Single(_ends).End);
        End();
        Pass(TimeSpan.FromHours(1));
        Assert.Single(_back.Accepted);

        _ledger.Pool.Lose("a");
        _back = _ledger.Pool.Up("a");
        Settle();
        Tick();
        Assert.Equal("flush_all\r\n", Assert.Single(_back.Accepted).Text);
    }

    [Fact]
    public void A_server_that_is_away_is_left_alone()
    {
        Begin(new ActorCacheOptions());
        _ledger.Pool.Lose("a");
        _ledger.Writing(_ledger.KeysOf("a", 1)[0], "b");
        Tick();
        Assert.All(_ledger.Pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Fact]
    public void Distrust_that_is_over_is_forgotten()
    {
        Begin(new ActorCacheOptions { JournalMaxKeys = 0 });
        _ledger.Writing(_ledger.KeysOf("a", 1)[0], "b");
        _ledger.Flush("a");
        Tick();
        Assert.False(_ledger.Journal.IsQuiet);
        Pass(new ActorCacheOptions().StandInTtl + TimeSpan.FromSeconds(5));
        Assert.True(_ledger.Journal.IsQuiet);
    }

    private void Begin(ActorCacheOptions options)
    {
        _ledger = new Ledger(new Pool(options, connected: true, "a", "b"));
        _sweeper = new Sweeper(_ledger.Journal, _ledger.Pool.Dispatcher, Settling, (server, end) => _ends.Add((server, end)));
    }

    /// <summary>Away for a moment, in which one of its keys was written elsewhere.</summary>
    private void ReturnsSuspect(bool settled = true)
    {
        _ledger.Pool.Lose("a");
        _ledger.Writing(_ledger.KeysOf("a", 1)[0], "b");
        _back = _ledger.Pool.Up("a");
        if (settled) Settle();
    }

    /// <summary>Away until it was ejected, and back.</summary>
    private void Ejected(bool written = true)
    {
        _ledger.Pool.Lose("a");
        for (var i = 0; i < 3; i++) _ledger.Pool.FailAttempt("a");
        if (written) _ledger.Writing(_ledger.KeysOf("a", 1)[0], "b");
        _back = _ledger.Pool.Up("a");
        Settle();
    }

    private void Settle() => _ledger.Pool.Apply(_ledger.Pool.Transitions.Settled(_ledger.Pool.Table, "a:11211", _back));

    /// <summary>The server answers what it is asked, every 50 ms, for so long.</summary>
    private void AnswersFor(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromMilliseconds(50))
        {
            Tick();
            _back.Accepted[^1].Answer("MN", inline: true);
            _ledger.Pool.Time.Advance(TimeSpan.FromMilliseconds(50));
        }
        Tick();
        _back.Accepted[^1].Answer("MN", inline: true);
    }

    private void Pass(TimeSpan span)
    {
        _ledger.Pool.Time.Advance(span);
        Tick();
    }

    private void Tick() => _sweeper.Tick(_ledger.Pool.Table);

    /// <summary>Gives back what has ended, as whoever ticks it does.</summary>
    private void End()
    {
        foreach (var (server, end) in _ends) _sweeper.End(server, end);
        _ends.Clear();
    }
}
