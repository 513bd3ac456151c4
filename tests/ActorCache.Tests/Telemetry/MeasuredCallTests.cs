using System.Diagnostics.Metrics;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What is measured of a call: once, by what it came to, at the server that it came to it at.</summary>
public sealed class MeasuredCallTests : IDisposable
{
    private const string Requests = "actorcache.requests";
    private const string Duration = "db.client.operation.duration";
    private readonly Pool _pool = new("a", "b:11311", "unix:/tmp/c.sock");
    private readonly Measurements _measured;

    public MeasuredCallTests() => _measured = new Measurements(_pool.Meters);

    public static readonly TheoryData<string, string> Names = new()
    {
        { "get", "get" }, { "get-raw", "get" }, { "get-and-touch", "gat" }, { "get-many", "get" }, { "set", "set" }, { "set-raw", "set" },
        { "set-many", "set" }, { "delete", "delete" }, { "delete-many", "delete" }, { "touch", "touch" }, { "add", "add" }, { "replace", "replace" },
        { "append", "append" }, { "prepend", "prepend" }, { "cas", "cas" }, { "increment", "incr" }, { "decrement", "decr" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_is_counted_and_timed_once_under_its_name(string kind, string name)
    {
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"));
        var request = await _pool["a"].NextAsync();
        _pool.Time.Advance(TimeSpan.FromMilliseconds(3));
        request.Answer(Calls.Good(kind));
        var end = await call.Soon();

        var counted = Assert.Single(_measured.Of(Requests));
        Assert.Equal(1, counted.Value);
        Assert.Equal(Tags(("actorcache.cache", "test"), ("server.address", "a"), ("db.operation.name", name),
            ("actorcache.outcome", end.Outcome == CacheOutcome.Hit ? "hit" : "stored")), counted.Tags);
        var timed = Assert.Single(_measured.Of(Duration));
        Assert.Equal(0.003, timed.Value, 6);
        Assert.Equal("memcached", timed.Tags["db.system.name"]);
        Assert.Equal(name, timed.Tags["db.operation.name"]);
        Assert.False(timed.Tags.ContainsKey("error.type"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_call_that_its_caller_gives_up_is_counted_as_cancelled(string kind, string name)
    {
        using var caller = new CancellationTokenSource();
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"), caller.Token);
        await _pool["a"].NextAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal(1, _measured.Sum(Requests, ("actorcache.outcome", "cancelled"), ("db.operation.name", name)));
        Assert.Equal(1, _measured.Sum(Requests));
        Assert.Equal("cancelled", Assert.Single(_measured.Of(Duration)).Tags["error.type"]);
    }

    [Fact]
    public async Task A_call_that_was_given_up_before_it_began_is_a_call_all_the_same()
    {
        var given = new CancellationToken(canceled: true);
        foreach (var (kind, name) in Names.Where(row => !((string)row[0]).EndsWith("-many", StringComparison.Ordinal)).Select(row => ((string)row[0], (string)row[1])))
        {
            var before = _measured.Sum(Requests, ("actorcache.outcome", "cancelled"), ("db.operation.name", name));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Calls.Begin(_pool.Client, kind, "key", given).Soon());
            Assert.Equal(before + 1, _measured.Sum(Requests, ("actorcache.outcome", "cancelled"), ("db.operation.name", name)));
        }
        Assert.All(_pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    [Theory]
    [InlineData("get", "EN", "miss", null)]
    [InlineData("add", "NS", "not_stored", null)]
    [InlineData("cas", "EX", "exists", null)]
    [InlineData("delete", "NF", "not_found", null)]
    [InlineData("set", "SERVER_ERROR object too large for cache", "too_large", "too_large")]
    [InlineData("set", "SERVER_ERROR out of memory storing object", "server_error", "server_error")]
    [InlineData("increment", "CLIENT_ERROR cannot increment or decrement non-numeric value", "not_a_number", "not_a_number")]
    public async Task What_a_server_answered_is_an_error_only_if_it_refused(string kind, string answer, string outcome, string? error)
    {
        var call = Calls.Begin(_pool.Client, kind, _pool.KeyOf("a"));
        (await _pool["a"].NextAsync()).Answer(answer);
        await call.Soon();
        Assert.Equal(1, _measured.Sum(Requests, ("actorcache.outcome", outcome)));
        Assert.Equal(error, Assert.Single(_measured.Of(Duration)).Tags.GetValueOrDefault("error.type"));
    }

    [Fact]
    public async Task Without_an_answer_it_says_why_and_who_was_asked_last()
    {
        var key = _pool.KeyOf("a");
        _pool["a"].Outcome = SendOutcome.Full;
        await _pool.Client.GetAsync<string>(key).Soon();
        Assert.Equal(1, _measured.Sum(Requests, ("actorcache.outcome", "overloaded"), ("server.address", "a")));

        _pool["a"].Outcome = null;
        var late = _pool.Client.GetAsync<string>(key);
        var request = await _pool["a"].NextAsync();
        _pool.Time.Advance(Pool.Budget);
        request.End(AttemptEnd.TimedOut);
        await late.Soon();
        Assert.Equal(1, _measured.Sum(Requests, ("actorcache.outcome", "timed_out"), ("server.address", "a")));

        foreach (var host in new[] { "a", "b:11311", "unix:/tmp/c.sock" }) _pool.Lose(host);
        await _pool.Client.GetAsync<string>(key).Soon();
        var counted = Assert.Single(_measured.Of(Requests), one => (string?)one.Tags["actorcache.outcome"] == "unavailable");
        Assert.False(counted.Tags.ContainsKey("server.address"));
        Assert.Equal(["overloaded", "timed_out", "unavailable"], _measured.Of(Duration).Select(one => one.Tags["error.type"]));
    }

    [Theory]
    [InlineData("a", "a", null)]
    [InlineData("b:11311", "b", 11311)]
    [InlineData("unix:/tmp/c.sock", "/tmp/c.sock", null)]
    public async Task A_server_is_named_by_address_and_by_port_if_that_is_not_memcacheds_own(string host, string address, int? port)
    {
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf(host));
        (await _pool[host].NextAsync()).Answer("EN");
        await call.Soon();
        foreach (var tags in new[] { Assert.Single(_measured.Of(Requests)).Tags, Assert.Single(_measured.Of(Duration)).Tags })
        {
            Assert.Equal(address, tags["server.address"]);
            Assert.Equal(port, (int?)tags.GetValueOrDefault("server.port"));
        }
    }

    [Fact]
    public async Task Many_keys_are_counted_one_by_one_and_timed_as_one()
    {
        var (mine, other) = (_pool.KeyOf("a"), _pool.KeyOf("b:11311"));
        var call = _pool.Client.GetManyAsync<string>([mine, other]);
        (await _pool["a"].NextAsync()).AnswerHit("v");
        (await _pool["b:11311"].NextAsync()).Answer("SERVER_ERROR out of memory");
        await call.Soon();
        Assert.Equal(1, _measured.Sum(Requests, ("db.operation.name", "get"), ("actorcache.outcome", "hit"), ("server.address", "a")));
        Assert.Equal(1, _measured.Sum(Requests, ("db.operation.name", "get"), ("actorcache.outcome", "server_error"), ("server.address", "b")));
        var timed = Assert.Single(_measured.Of(Duration));
        Assert.Equal("BATCH get", timed.Tags["db.operation.name"]);
        Assert.Equal("server_error", timed.Tags["error.type"]);
        Assert.False(timed.Tags.ContainsKey("server.address"));
    }

    [Fact]
    public async Task Many_keys_that_are_given_up_are_all_cancelled()
    {
        using var caller = new CancellationTokenSource();
        var call = _pool.Client.GetManyAsync<string>([_pool.KeyOf("a"), _pool.KeyOf("b:11311")], caller.Token);
        (await _pool["a"].NextAsync()).AnswerHit("v");
        await _pool["b:11311"].NextAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal(2, _measured.Sum(Requests, ("actorcache.outcome", "cancelled")));
        Assert.Equal(2, _measured.Sum(Requests));
    }

    [Fact]
    public async Task An_attempt_that_goes_on_elsewhere_is_a_reroute_from_where_it_failed()
    {
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a", "b:11311"));
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        (await _pool["b:11311"].NextAsync()).Answer("EN");
        await call.Soon();
        Assert.Equal(1, _measured.Sum("actorcache.reroutes", ("server.address", "a")));
        Assert.Equal(1, _measured.Sum("actorcache.reroutes"));
        Assert.Equal(1, _measured.Sum(Requests, ("server.address", "b")));
        Assert.Equal(1, _measured.Sum(Requests));
    }

    [Fact]
    public async Task What_throws_while_it_is_written_is_a_call_that_faulted()
    {
        _pool["a"].OnOffered = () => throw new InvalidOperationException("a defect");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pool.Client.GetAsync<string>(_pool.KeyOf("a")).Soon());
        Assert.Equal(1, _measured.Sum(Requests, ("actorcache.outcome", "faulted")));
        Assert.Equal(1, _measured.Sum(Requests));
    }

    [Fact]
    public async Task Wrong_arguments_are_no_call()
    {
        Calls.ThrowsAtOnce<ArgumentException>(() => _pool.Client.GetAsync<string>("no key").AsTask());
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await _pool.Client.StoreAsync("no key", "v", new StoreOptions { Tags = ["t"] }));
        Assert.Equal(0, _measured.Sum(Requests));
        Assert.Empty(_measured.Of(Duration));
    }

    [Fact]
    public async Task Where_all_hold_everything_a_write_to_all_is_one_call()
    {
        var pool = new Pool(new ActorCacheOptions { Distribution = "replicated" }, connected: true, "a", "b", "c");
        using var measured = new Measurements(pool.Meters);
        foreach (var connection in pool.Connections) connection.Answers = request => request.Kind == RequestKind.Get ? "EN" : "HD";
        Assert.True((await pool.Client.SetAsync("key", "v").Soon()).IsStored);
        Assert.False((await pool.Client.GetAsync<string>("key").Soon()).IsHit);
        Assert.Equal(1, measured.Sum(Requests, ("db.operation.name", "set"), ("actorcache.outcome", "stored")));
        Assert.Equal(1, measured.Sum(Requests, ("db.operation.name", "get"), ("actorcache.outcome", "miss")));
        Assert.Equal(2, measured.Sum(Requests));
    }

    [Fact]
    public async Task What_nobody_listens_to_is_not_measured()
    {
        var pool = new Pool("a");
        pool["a"].Answers = _ => "EN";
        Assert.False(pool.Telemetry.IsListenedTo);
        await pool.Client.GetAsync<string>("key").Soon();
        using var measured = new Measurements(pool.Meters);
        Assert.True(pool.Telemetry.IsListenedTo);
        Assert.Equal(0, measured.Sum(Requests));
        await pool.Client.GetAsync<string>("key").Soon();
        Assert.Equal(1, measured.Sum(Requests));
    }

    [Fact]
    public async Task A_listener_that_throws_fails_no_call()
    {
        var pool = new Pool("a");
        pool["a"].Answers = _ => "EN";
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, reader) =>
        {
            if (instrument.Meter.Scope == pool.Meters) reader.EnableMeasurementEvents(instrument);
        };
        var heard = 0;
        listener.SetMeasurementEventCallback<double>((_, _, _, _) =>
        {
            heard++;
            throw new InvalidOperationException("a listener's defect");
        });
        listener.Start();
        Assert.Equal(CacheOutcome.Miss, (await pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Single(await pool.Client.GetManyAsync<string>(["key"]).Soon());
        Assert.Equal(2, heard);
    }

    public void Dispose() => _measured.Dispose();

    private static Dictionary<string, object?> Tags(params (string Name, object Value)[] tags) => tags.ToDictionary(tag => tag.Name, tag => (object?)tag.Value);
}
