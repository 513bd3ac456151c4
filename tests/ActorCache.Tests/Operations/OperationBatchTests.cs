using System.Text.Json;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Many keys in one call: all checked before the first is sent, sent together, each answered for itself.</summary>
public class OperationBatchTests
{
    private readonly Pool _pool = new("a", "b", "c");

    private IActorCache Cache => _pool.Client;

    [Fact]
    public async Task An_empty_batch_is_answered_empty_and_nothing_is_sent()
    {
        Assert.Empty(await Cache.GetManyAsync<string>([]).Soon());
        Assert.Empty(await Cache.SetManyAsync<string>([]).Soon());
        Assert.Empty(await Cache.DeleteManyAsync([]).Soon());
        Assert.All(_pool.Connections, connection => Assert.Equal((0, 0), (connection.Accepted.Count, connection.Flushes)));
    }

    [Fact]
    public async Task A_batch_is_held_back_and_flushed_once_a_connection()
    {
        var keys = Enumerable.Range(0, 100).Select(i => $"user:{i}").ToArray();
        var call = Cache.GetManyAsync<string>(keys).AsTask();
        foreach (var connection in _pool.Connections)
        {
            Assert.Equal(1, connection.Flushes);
            Assert.All(connection.Accepted, request => Assert.True(request.More));
        }
        foreach (var request in _pool.Connections.SelectMany(connection => connection.Accepted)) request.AnswerHit($"value of {request.Key}");

        var results = await call.Soon();
        Assert.Equal(keys, results.Keys);
        Assert.All(results, result => Assert.Equal($"value of {result.Key}", result.Value.Value));
    }

    [Fact]
    public async Task A_delete_of_many_keys_goes_as_a_get_of_many_does()
    {
        var keys = Enumerable.Range(0, 100).Select(i => $"user:{i}").ToArray();
        var call = Cache.DeleteManyAsync([.. keys, .. keys]).AsTask();
        foreach (var connection in _pool.Connections)
        {
            Assert.Equal(1, connection.Flushes);
            Assert.All(connection.Accepted, request => Assert.Equal(($"md {request.Key} O7\r\n", true), (request.Text, request.More)));
        }
        Assert.Equal(keys.Order(), _pool.Connections.SelectMany(connection => connection.Accepted).Select(request => request.Key).Order());
        foreach (var request in _pool.Connections.SelectMany(connection => connection.Accepted)) request.Answer(request.Key == "user:5" ? "NF" : "HD");

        var results = await call.Soon();
        Assert.Equal(keys, results.Keys);
        foreach (var (key, result) in results)
            Assert.Equal(new StoreResult(key == "user:5" ? CacheOutcome.NotFound : CacheOutcome.Stored, _pool.Order(key)[0], false), result);
    }

    [Fact]
    public async Task Of_a_delete_of_many_keys_those_of_a_server_that_dies_go_to_the_next_and_the_call_goes_on()
    {
        var (well, lost) = (_pool.KeyOf("a", "b"), _pool.KeyOf("c", "b"));
        _pool["a"].Answers = _ => "HD";
        var call = Cache.DeleteManyAsync([well, lost]).AsTask();
        (await _pool["c"].NextAsync()).End(AttemptEnd.Unanswered);
        (await _pool["b"].NextAsync()).Answer("NF");
        var results = await call.Soon();
        Assert.Equal(new StoreResult(CacheOutcome.Stored, "a:11211", false), results[well]);
        Assert.Equal(new StoreResult(CacheOutcome.NotFound, "b:11211", true), results[lost]);
    }

    [Fact]
    public async Task A_connection_that_got_nothing_is_not_flushed()
    {
        var call = Cache.GetManyAsync<string>([_pool.KeyOf("b")]).AsTask();
        Assert.Equal((0, 1, 0), (_pool["a"].Flushes, _pool["b"].Flushes, _pool["c"].Flushes));
        _pool["b"].Accepted[0].Answer("EN");
        await call.Soon();
    }

    [Fact]
    public async Task What_a_closed_server_refuses_is_flushed_where_it_went()
    {
        _pool["a"].Outcome = SendOutcome.Closed;
        var call = Cache.GetManyAsync<string>([_pool.KeyOf("a", "c")]).AsTask();
        Assert.Equal(1, _pool["c"].Flushes);
        Assert.True(_pool["c"].Accepted[0].More);
        _pool["c"].Accepted[0].Answer("EN");
        await call.Soon();
    }

    [Fact]
    public async Task Keys_given_twice_are_asked_once()
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        var results = await Cache.GetManyAsync<string>(["x", "y", "x", "x"]).Soon();
        Assert.Equal(["x", "y"], results.Keys);
        Assert.Equal(2, _pool.Connections.Sum(connection => connection.Accepted.Count));
    }

    [Fact]
    public async Task Of_two_values_for_one_key_the_later_is_stored()
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "HD";
        var results = await Cache.SetManyAsync([KeyValuePair.Create("x", "1"), KeyValuePair.Create("y", "2"), KeyValuePair.Create("x", "3")]).Soon();
        Assert.Equal(["x", "y"], results.Keys.Order());
        Assert.All(results.Values, result => Assert.True(result.IsStored));
        Assert.Equal(
            ["ms x 1 O7\r\n3\r\n", "ms y 1 O7\r\n2\r\n"],
            _pool.Connections.SelectMany(connection => connection.Accepted).Select(request => request.Text).Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(999)]
    public void One_bad_key_of_a_thousand_is_named_by_its_index_and_nothing_is_sent(int bad)
    {
        foreach (var wrong in new[] { "", "a b", null, new string('x', 251) })
        {
            // Every key comes twice in a row: the index is the one in the list, whatever was left out before it.
            var keys = Enumerable.Range(0, 1000).Select(i => i == bad ? wrong : $"user:{i / 2}").ToArray();
            var refused = Calls.ThrowsAtOnce<ArgumentException>(() => Cache.GetManyAsync<string>(keys!).AsTask());
            Assert.Contains($"keys[{bad}]", refused.Message, StringComparison.Ordinal);
            Assert.Equal("keys", refused.ParamName);

            refused = Calls.ThrowsAtOnce<ArgumentException>(() => Cache.DeleteManyAsync(keys!).AsTask());
            Assert.Contains($"keys[{bad}]", refused.Message, StringComparison.Ordinal);
            Assert.Equal("keys", refused.ParamName);

            refused = Calls.ThrowsAtOnce<ArgumentException>(() => Cache.SetManyAsync(keys.Select(key => KeyValuePair.Create(key!, "v"))).AsTask());
            Assert.Contains($"items[{bad}]", refused.Message, StringComparison.Ordinal);
            Assert.Equal("items", refused.ParamName);
        }
        AssertNothingSent();
    }

    [Fact]
    public void A_null_value_is_named_by_its_index_and_nothing_is_sent()
    {
        var refused = Calls.ThrowsAtOnce<ArgumentException>(() =>
            Cache.SetManyAsync<string>([new("x", "1"), new("x", "2"), new("y", null!)]).AsTask());
        Assert.Contains("items[2]", refused.Message, StringComparison.Ordinal);
        AssertNothingSent();
    }

    [Fact]
    public async Task Keys_that_throw_while_they_are_listed_throw_to_the_caller_and_nothing_is_sent()
    {
        Calls.ThrowsAtOnce<InvalidTimeZoneException>(() => Cache.GetManyAsync<string>(Keys()).AsTask());
        Calls.ThrowsAtOnce<InvalidTimeZoneException>(() => Cache.DeleteManyAsync(Keys()).AsTask());
        Calls.ThrowsAtOnce<InvalidTimeZoneException>(() => Cache.SetManyAsync(Keys().Select(key => KeyValuePair.Create(key, "v"))).AsTask());
        AssertNothingSent();
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        Assert.Single(await Cache.GetManyAsync<string>(["x"]).Soon());

        static IEnumerable<string> Keys()
        {
            yield return "x";
            throw new InvalidTimeZoneException();
        }
    }

    [Theory]
    [InlineData("get-many")]
    [InlineData("set-many")]
    [InlineData("delete-many")]
    public async Task Keys_without_end_are_listed_until_the_caller_gives_up_and_nothing_is_sent(string kind)
    {
        using var cancellation = new CancellationTokenSource();
        var call = kind switch
        {
            "get-many" => (Task)Cache.GetManyAsync<string>(Endless(), cancellation.Token).AsTask(),
            "set-many" => Cache.SetManyAsync(Endless().Select(key => KeyValuePair.Create(key, "v")), ct: cancellation.Token).AsTask(),
            _ => Cache.DeleteManyAsync(Endless(), cancellation.Token).AsTask(),
        };
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
        AssertNothingSent();

        IEnumerable<string> Endless()
        {
            for (var i = 0; ; i++)
            {
                if (i == 1000) cancellation.Cancel();
                Assert.True(i < 5000, "nobody listened");
                yield return $"user:{i}";
            }
        }
    }

    [Fact]
    public async Task Each_key_is_answered_for_itself()
    {
        var (hit, miss, full, lost) = (_pool.KeyOf("a", "b"), _pool.KeyOf("a", "c"), _pool.KeyOf("b", "a"), _pool.KeyOf("c", "a"));
        _pool["b"].Outcome = SendOutcome.Full;
        var call = Cache.GetManyAsync<string>([hit, miss, full, lost]).AsTask();
        (await _pool["c"].NextAsync()).End(AttemptEnd.Unanswered);
        foreach (var request in _pool["a"].Accepted)
        {
            if (request.Key == miss) request.Answer("EN");
            else request.AnswerHit(request.Key);
        }

        var results = await call.Soon();
        Assert.Equal(CacheOutcome.Overloaded, results[full].Outcome);
        Assert.Equal(CacheOutcome.Miss, results[miss].Outcome);
        Assert.Equal((hit, false), (results[hit].Value, results[hit].FromStandIn));
        Assert.Equal((lost, true), (results[lost].Value, results[lost].FromStandIn));
    }

    [Fact]
    public async Task A_value_that_does_not_read_throws_when_all_have_ended_and_the_next_batch_is_fine()
    {
        var (good, bad) = (_pool.KeyOf("a"), _pool.KeyOf("b"));
        for (var i = 0; i < 5; i++)
        {
            var call = Cache.GetManyAsync<Dictionary<string, int>>([bad, good]).AsTask();
            (await _pool["b"].NextAsync()).AnswerHit("junk");
            Assert.False(call.IsCompleted);
            (await _pool["a"].NextAsync()).AnswerHit("{}");
            await Assert.ThrowsAsync<JsonException>(() => call.Soon());

            call = Cache.GetManyAsync<Dictionary<string, int>>([bad, good]).AsTask();
            (await _pool["b"].NextAsync()).AnswerHit("{\"x\":1}");
            (await _pool["a"].NextAsync()).AnswerHit("{}");
            Assert.Equal(1, (await call.Soon())[bad].Value!["x"]);
        }
    }

    [Fact]
    public async Task A_cancelled_batch_ends_with_the_callers_token_and_the_next_one_is_fine()
    {
        var keys = Enumerable.Range(0, 20).Select(i => $"user:{i}").ToArray();
        for (var i = 0; i < 5; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var call = Cache.GetManyAsync<string>(keys, cancellation.Token).AsTask();
            var sent = _pool.Connections.SelectMany(connection => connection.Accepted).Where(request => request.IsWaiting).ToList();
            Assert.Equal(20, sent.Count);
            sent[0].AnswerHit("v");
            await cancellation.CancelAsync();
            Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
            Assert.All(sent, request => Assert.False(request.IsWaiting));
        }
        foreach (var connection in _pool.Connections) connection.Answers = request => $"VA {request.Key.Length} c1\r\n{request.Key}";
        Assert.All(await Cache.GetManyAsync<string>(keys).Soon(), result => Assert.Equal(result.Key, result.Value.Value));
    }

    [Fact]
    public async Task Ten_thousand_keys_in_one_batch_are_answered_each_with_its_own_and_sent_once_a_server_and_wave()
    {
        var keys = Enumerable.Range(0, 10_000).Select(i => $"user:{i}").ToArray();
        foreach (var connection in _pool.Connections) connection.Answers = request => $"VA {request.Key.Length} c1\r\n{request.Key}";
        var results = await Cache.GetManyAsync<string>(keys).Soon();
        Assert.Equal(keys, results.Keys);
        Assert.All(results, result => Assert.Equal(result.Key, result.Value.Value));
        // Half of the window of 16,384 is a wave: the first 8,192 keys, then the others.
        Assert.All(_pool.Connections, connection => Assert.Equal(2, connection.Flushes));

        foreach (var connection in _pool.Connections) connection.Answers = _ => "HD";
        Assert.All((await Cache.DeleteManyAsync(keys).Soon()).Values, result => Assert.True(result.IsStored));
        Assert.All(_pool.Connections, connection => Assert.Equal(4, connection.Flushes));
        Assert.All(_pool.Connections.SelectMany(connection => connection.Accepted), request => Assert.True(request.More));
    }

    [Fact]
    public async Task A_large_batch_goes_in_waves_each_flushed_and_answered_before_the_next()
    {
        var (cache, keys) = (InWavesOfTwo(), Five());
        var call = cache.GetManyAsync<string>(keys).AsTask();
        for (var wave = 0; wave < 3; wave++)
        {
            foreach (var key in keys.Skip(2 * wave).Take(2)) Assert.Equal(key, (await _pool["a"].NextAsync()).Key);
            Assert.Equal(Math.Min(5, 2 * wave + 2), _pool["a"].Accepted.Count);
            Assert.All(_pool["a"].Accepted, request => Assert.True(request.More));
            foreach (var request in _pool["a"].Accepted.Where(request => request.IsWaiting)) request.AnswerHit(request.Key);
        }
        Assert.All(await call.Soon(), result => Assert.Equal(result.Key, result.Value.Value));
        Assert.Equal(3, _pool["a"].Flushes);
    }

    [Fact]
    public async Task The_attempts_of_a_later_wave_begin_when_they_are_sent()
    {
        // An attempt that began in the past would be late on arrival, and make its connection look stalled.
        var call = InWavesOfTwo().GetManyAsync<string>(Five()).AsTask();
        for (var i = 0; i < 5; i++)
        {
            var request = await _pool["a"].NextAsync();
            Assert.Equal((_pool.Time.GetTimestamp(), _pool["a"].Accepted[0].Deadline), (request.AttemptStarted, request.Deadline));
            if (i % 2 == 0 && i < 4) continue;
            _pool.Time.Advance(TimeSpan.FromMilliseconds(600));
            foreach (var waiting in _pool["a"].Accepted.Where(sent => sent.IsWaiting)) waiting.Answer("EN");
        }
        await call.Soon();
    }

    [Fact]
    public async Task When_the_budget_is_over_the_waves_that_are_left_are_not_sent()
    {
        var keys = Five();
        var call = InWavesOfTwo().SetManyAsync(keys.Select(key => KeyValuePair.Create(key, "v"))).AsTask();
        (await _pool["a"].NextAsync()).Answer("HD");
        var last = await _pool["a"].NextAsync();
        _pool.Time.Advance(Pool.Budget);
        last.End(AttemptEnd.TimedOut);
        var results = await call.Soon();
        Assert.Equal(2, _pool["a"].Accepted.Count);
        Assert.True(results[keys[0]].IsStored);
        Assert.Equal(new StoreResult(CacheOutcome.TimedOut, "a:11211", MayHaveBeenApplied: true), results[keys[1]]);
        Assert.All(keys.Skip(2), key => Assert.Equal(new StoreResult(CacheOutcome.TimedOut, null, MayHaveBeenApplied: false), results[key]));
    }

    [Fact]
    public async Task When_the_caller_cancels_the_waves_that_are_left_are_not_sent()
    {
        using var cancellation = new CancellationTokenSource();
        var call = InWavesOfTwo().GetManyAsync<string>(Five(), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon())).CancellationToken);
        Assert.Equal(2, _pool["a"].Accepted.Count);
    }

    private ActorCacheClient InWavesOfTwo() =>
        new ActorCacheClient(Pool.Name, new Dispatcher(_pool.Routes, _pool.Journal, _pool.Time, new ActorCacheOptions { MaxInFlight = 4 }), _pool.Client.Monitor);

    private string[] Five() => [.. Enumerable.Range(0, 1000).Select(i => $"user:{i}").Where(key => _pool.Order(key)[0] == "a:11211").Take(5)];

    private void AssertNothingSent() =>
        Assert.All(_pool.Connections, connection => Assert.Equal((0, 0), (connection.Accepted.Count, connection.Flushes)));
}
