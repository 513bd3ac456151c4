using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>What was created under a lease goes to the server that gave it, or nowhere.</summary>
public class LeaseStoreOperationTests
{
    private readonly Pool _pool = new("a", "b");

    [Fact]
    public async Task A_value_is_stored_over_the_version_that_the_lease_was_for()
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "VA 0 f0 c5 t10 W\r\n" : "HD";
        var created = await _pool.Client.GetOrCreateAsync(_pool.KeyOf("a"), _ => ValueTask.FromResult("value"), TimeSpan.FromMinutes(1)).Soon();
        Assert.Equal((CacheOutcome.Stored, "a:11211"), (created.Outcome, created.Server));
        Assert.Equal([$"mg {_pool.KeyOf("a")} v f k c t O7 N10\r\n", $"ms {_pool.KeyOf("a")} 5 O7 T60 C5\r\nvalue\r\n"], _pool["a"].Accepted.Select(request => request.Text));
    }

    [Fact]
    public async Task A_stand_in_never_sees_another_servers_version()
    {
        var key = _pool.KeyOf("a", "b");
        _pool["a"].Answers = _ => "VA 0 f0 c5 t10 W\r\n";
        var created = await _pool.Client.GetOrCreateAsync(key, _ =>
        {
            _pool.Lose("a");
            return ValueTask.FromResult("value");
        }).Soon();
        Assert.Equal((CacheOutcome.Unavailable, "value"), (created.Outcome, created.Value));
        Assert.Empty(_pool["b"].Accepted);
    }

    [Fact]
    public async Task An_answer_that_does_not_come_is_not_asked_for_again()
    {
        var key = _pool.KeyOf("a", "b");
        var created = _pool.Client.GetOrCreateAsync(key, _ => ValueTask.FromResult("value")).AsTask();
        (await _pool["a"].NextAsync()).Answer("VA 0 f0 c5 t10 W\r\n");
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        Assert.Equal((CacheOutcome.Unavailable, "value"), ((await created.Soon("the value")).Outcome, (await created).Value));
        Assert.DoesNotContain(_pool["b"].Accepted, request => request.Kind == RequestKind.Store);
    }

    [Fact]
    public async Task Where_there_is_no_lease_to_be_had_the_value_is_added()
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "EN" : "NS";
        var created = await _pool.Client.GetOrCreateAsync(_pool.KeyOf("a"), _ => ValueTask.FromResult("value")).Soon();
        Assert.Equal((CacheOutcome.NotStored, "value"), (created.Outcome, created.Value));
        Assert.Equal($"ms {_pool.KeyOf("a")} 5 O7 ME\r\nvalue\r\n", _pool["a"].Accepted[^1].Text);
    }

    [Fact]
    public async Task A_lease_that_the_server_does_not_take_back_is_waited_for_with_pauses()
    {
        var key = _pool.KeyOf("a");
        using var cancel = new CancellationTokenSource();
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? "VA 0 f0 c5 t10 Z\r\n" : "SERVER_ERROR busy";
        var call = _pool.Client.GetOrCreateAsync(key, _ => ValueTask.FromResult("value"), new GetOrCreateOptions { LeaseTime = TimeSpan.FromSeconds(1) }, cancel.Token).AsTask();
        // Nothing happens but what the clock allows: a look at the place, and, once the lease is given up, an attempt to end it.
        while (!_pool["a"].Accepted.Any(request => request.Kind == RequestKind.Delete)) _pool.Time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.InRange(_pool["a"].Accepted.Count, 3, 100);
        Assert.False(call.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon("the cancellation"));
    }
}
