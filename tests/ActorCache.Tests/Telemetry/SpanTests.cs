using System.Diagnostics;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>A call is one span: a child of what its caller does, ended when the call is, and seen by nobody else.</summary>
[Collection(nameof(Alone))]
public sealed class SpanTests : IDisposable
{
    private readonly Pool _pool = new("a", "b:11311");
    private readonly Spans _spans = new();

    [Fact]
    public async Task A_call_is_a_client_span_inside_its_callers()
    {
        using var outer = Spans.Caller.StartActivity("outer")!;
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("b:11311"));
        Assert.Same(outer, Activity.Current);
        (await _pool["b:11311"].NextAsync()).AnswerHit("v");
        await call.Soon();
        Assert.Same(outer, Activity.Current);

        var span = Assert.Single(_spans.Ended);
        Assert.Equal((outer.TraceId, outer.SpanId), (span.TraceId, span.ParentSpanId));
        Assert.Equal(("get b:11311", "get", ActivityKind.Client, ActivityStatusCode.Unset), (span.DisplayName, span.OperationName, span.Kind, span.Status));
        Assert.Equal(("ActorCache", "0.1.0"), (span.Source.Name, span.Source.Version));
        Assert.Equal(
            ["actorcache.cache=test", "actorcache.outcome=hit", "db.operation.name=get", "db.system.name=memcached", "server.address=b", "server.port=11311"],
            span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}").Order());
        Assert.Empty(span.Events);
    }

    [Fact]
    public async Task A_caller_without_a_span_has_none_afterwards_either()
    {
        _pool["a"].Answers = _ => "EN";
        _pool["b:11311"].Outcome = SendOutcome.Full; // ends on this very stack
        foreach (var host in new[] { "a", "b:11311" })
        {
            var call = _pool.Client.GetAsync<string>(_pool.KeyOf(host));
            Assert.Null(Activity.Current);
            await call.Soon();
            Assert.Null(Activity.Current);
        }
        Assert.Equal(2, _spans.Ended.Count);
        Assert.All(_spans.Ended, span => Assert.Equal(default, span.ParentSpanId));
    }

    [Fact]
    public void A_callers_span_that_has_ended_but_is_current_all_the_same_stays_so()
    {
        var outer = Spans.Caller.StartActivity("outer")!;
        var context = ExecutionContext.Capture()!;
        outer.Stop();
        ExecutionContext.Run(context, _ =>
        {
            var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a"));
            Assert.Same(outer, Activity.Current);
            Assert.False(call.IsCompleted);
        }, null);
    }

    [Fact]
    public async Task Where_no_context_flows_nothing_is_left_behind_either()
    {
        _pool["a"].Answers = _ => "EN";
        ValueTask<CacheResult<string>> call;
        using (ExecutionContext.SuppressFlow())
        {
            call = _pool.Client.GetAsync<string>(_pool.KeyOf("a"));
            Assert.Null(Activity.Current);
        }
        await call.Soon();
        Assert.Single(_spans.Ended);
    }

    [Fact]
    public async Task What_runs_after_a_call_is_not_inside_it()
    {
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a"));
        var after = Observed(call);
        (await _pool["a"].NextAsync()).Answer("EN");
        Assert.Null(await after.Soon());

        static async Task<Activity?> Observed(ValueTask<CacheResult<string>> call)
        {
            await call.ConfigureAwait(false);
            return Activity.Current;
        }
    }

    [Fact]
    public async Task A_failure_is_a_status_and_says_why()
    {
        _pool["a"].Outcome = SendOutcome.Full;
        await _pool.Client.GetAsync<string>(_pool.KeyOf("a")).Soon();
        var span = Assert.Single(_spans.Ended);
        Assert.Equal((ActivityStatusCode.Error, "overloaded", "overloaded"), (span.Status, span.GetTagItem("error.type"), span.GetTagItem("actorcache.outcome")));
    }

    [Fact]
    public async Task A_cancelled_call_ends_its_span()
    {
        using var caller = new CancellationTokenSource();
        var call = _pool.Client.GetAsync<string>(_pool.KeyOf("a"), caller.Token);
        await _pool["a"].NextAsync();
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call.Soon());
        Assert.Equal("cancelled", Assert.Single(_spans.Ended).GetTagItem("error.type"));
        Assert.Equal(1, _spans.Started);
    }

    [Fact]
    public async Task Attempts_that_failed_are_its_events()
    {
        var call = _pool.Client.SetAsync(_pool.KeyOf("a", "b:11311"), "v");
        (await _pool["a"].NextAsync()).End(AttemptEnd.Unanswered);
        (await _pool["b:11311"].NextAsync()).Answer("HD");
        await call.Soon();
        var span = Assert.Single(_spans.Ended);
        Assert.Equal((2, true, true, "set b:11311", ActivityStatusCode.Unset),
            (span.GetTagItem("actorcache.attempts"), span.GetTagItem("actorcache.from_stand_in"), span.GetTagItem("actorcache.may_have_been_applied"), span.DisplayName, span.Status));
        var failed = Assert.Single(span.Events);
        Assert.Equal("actorcache.attempt_failed", failed.Name);
        Assert.Equal(["actorcache.attempt.end=unanswered", "server.address=a"], failed.Tags.Select(tag => $"{tag.Key}={tag.Value}").Order());
    }

    [Fact]
    public async Task Waiting_for_a_server_is_no_attempt()
    {
        var pool = new Pool(connected: false, "a");
        var call = pool.Client.GetAsync<string>("key");
        pool.Up("a");
        (await pool["a"].NextAsync()).Answer("EN");
        await call.Soon();
        Assert.Null(Assert.Single(_spans.Ended).GetTagItem("actorcache.attempts"));
        Assert.Empty(_spans.Ended[0].Events);
    }

    [Fact]
    public async Task A_call_of_many_is_one_span_and_a_call_for_nothing_is_none()
    {
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        await _pool.Client.GetManyAsync<string>([]).Soon();
        Assert.Equal(0, _spans.Started);
        await _pool.Client.GetManyAsync<string>([_pool.KeyOf("a"), _pool.KeyOf("b:11311")]).Soon();
        var span = Assert.Single(_spans.Ended);
        Assert.Equal(("BATCH get", 2, "BATCH get"), (span.DisplayName, span.GetTagItem("db.operation.batch.size"), span.GetTagItem("db.operation.name")));
        Assert.Null(span.GetTagItem("server.address"));
    }

    [Fact]
    public async Task What_a_creator_does_is_inside_the_call_that_began_it()
    {
        foreach (var connection in _pool.Connections) connection.Answers = request => request.Kind == RequestKind.Get ? "EN" : "HD";
        using var outer = Spans.Caller.StartActivity("outer")!;
        var made = await _pool.Client.GetOrCreateAsync("key", async ct =>
        {
            using var inner = Spans.Caller.StartActivity("database");
            await Task.Yield();
            return "v";
        }).Soon();
        Assert.Equal(CacheOutcome.Stored, made.Outcome);
        Assert.Same(outer, Activity.Current);

        var spans = _spans.Ended;
        Assert.Equal(["database", "create", "get_or_create"], spans.Select(span => span.OperationName));
        Assert.Equal(spans[1].SpanId, spans[0].ParentSpanId);
        Assert.Equal(spans[2].SpanId, spans[1].ParentSpanId);
        Assert.Equal(outer.SpanId, spans[2].ParentSpanId);
    }

    [Fact]
    public async Task A_creator_that_throws_fails_its_span_and_the_calls()
    {
        foreach (var connection in _pool.Connections) connection.Answers = request => request.Kind == RequestKind.Get ? "EN" : "HD";
        await Assert.ThrowsAsync<InvalidOperationException>(() => _pool.Client.GetOrCreateAsync<string>("key", _ => throw new InvalidOperationException("secret")).Soon());
        Assert.Equal(["create", "get_or_create"], _spans.Ended.Select(span => span.OperationName));
        Assert.All(_spans.Ended, span => Assert.Equal((ActivityStatusCode.Error, "faulted"), (span.Status, span.GetTagItem("error.type"))));
        Assert.All(_spans.Ended, span => Assert.DoesNotContain("secret", $"{span.StatusDescription} {string.Join(' ', span.TagObjects)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_that_is_told_holds_a_key_or_a_value()
    {
        foreach (var connection in _pool.Connections) connection.Answers = request => request.Kind == RequestKind.Get ? "VA 12 c1\r\nsecret-value" : "HD";
        foreach (var kind in MeasuredCallTests.Names.Select(row => (string)row[0]).Where(kind => kind is not ("increment" or "decrement")))
            await Calls.Begin(_pool.Client, kind, "secret-key").Soon();
        Assert.NotEmpty(_spans.Ended);
        Assert.All(_spans.Ended, span => Assert.DoesNotContain("secret", $"{span.DisplayName} {string.Join(' ', span.TagObjects)} {string.Join(' ', span.Events.SelectMany(e => e.Tags))}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Which_the_sampler_leaves_out_are_not_made_and_the_call_goes_on()
    {
        _spans.Dispose();
        using var none = new Spans(ActivitySamplingResult.None);
        foreach (var connection in _pool.Connections) connection.Answers = _ => "EN";
        Assert.Equal(CacheOutcome.Miss, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Equal(0, none.Started);
    }

    [Theory]
    [InlineData("sampling")]
    [InlineData("starting")]
    [InlineData("stopping")]
    public async Task A_listener_that_throws_fails_no_call_and_leaves_nothing_behind(string when)
    {
        var heard = 0;
        void Throw(string now)
        {
            if (now != when) return;
            Interlocked.Increment(ref heard);
            throw new InvalidOperationException("a listener's defect");
        }
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ActorCacheTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
            {
                Throw("sampling");
                return ActivitySamplingResult.AllDataAndRecorded;
            },
            ActivityStarted = _ => Throw("starting"),
            ActivityStopped = _ => Throw("stopping"),
        };
        ActivitySource.AddActivityListener(listener);
        foreach (var connection in _pool.Connections) connection.Answers = request => request.Kind == RequestKind.Get ? "EN" : "HD";
        Assert.Equal(CacheOutcome.Miss, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Equal(CacheOutcome.Stored, (await _pool.Client.GetOrCreateAsync("key", _ => ValueTask.FromResult("v")).Soon()).Outcome);
        Assert.Null(Activity.Current);
        Assert.Equal(3, heard); // two calls and a creation
    }

    public void Dispose() => _spans.Dispose();
}
