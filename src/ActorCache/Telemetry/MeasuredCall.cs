using System.Diagnostics;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// A call that somebody wants measured, from where it began to what it comes to; by default one that nobody does. Whoever holds it ends it once.
/// </summary>
internal readonly struct MeasuredCall
{
    private readonly CacheTelemetry? _telemetry;
    private readonly long _started;
    private readonly int _size;
    private readonly CallKind _kind;

    public MeasuredCall(CacheTelemetry telemetry, CallKind kind, long started, int size, Activity? span) =>
        (_telemetry, _kind, _started, _size, Span) = (telemetry, kind, started, size, span);

    public bool IsOn => _telemetry is not null;

    /// <summary>Its span; null when nobody listens or the sampler has left it out.</summary>
    public Activity? Span { get; }

    /// <summary>One attempt has ended without an answer. The call may go on.</summary>
    public void AttemptFailed(ServerFigures at, AttemptEnd end)
    {
        if (Span is not { IsAllDataRequested: true }) return;
        var tags = new ActivityTagsCollection(at.Tags.Skip(1)) { [TelemetryNames.AttemptEnd] = Named(end) };
        Span.AddEvent(new ActivityEvent(TelemetryNames.AttemptFailed, tags: tags));
    }

    /// <summary>It has ended at one server, or at nobody.</summary>
    public void Ended(CallEnd end, ServerFigures? at, int attempts = 0, bool fromStandIn = false, bool mayHaveBeenApplied = false)
    {
        var figures = (at ?? _telemetry!.Nobody).Of(_kind);
        figures.Count(end, times: 1);
        _telemetry!.Record(figures, end, isBatch: false, _started);
        if (Span is null) return;
        if (Span.IsAllDataRequested)
        {
            Span.DisplayName = figures.SpanName;
            foreach (var (name, value) in (at ?? _telemetry.Nobody).Tags) Span.SetTag(name, value);
            Span.SetTag(TelemetryNames.Outcome, end.Name());
            if (attempts > 1) Span.SetTag(TelemetryNames.Attempts, attempts);
            if (fromStandIn) Span.SetTag(TelemetryNames.FromStandIn, true);
            if (mayHaveBeenApplied) Span.SetTag(TelemetryNames.MayHaveBeenApplied, true);
        }
        CacheTelemetry.End(Span, end);
    }

    /// <summary>Ends with the result of what is running, a call of several requests or on several servers.</summary>
    public ValueTask<TResult> Of<TResult>(ValueTask<TResult> running) where TResult : IAnswer => IsOn ? EndedBy(running) : running;

    /// <summary>Ends with many results, each counted for itself; if there are none, as many as were asked for have ended as the call has.</summary>
    public ValueTask<IReadOnlyDictionary<string, TResult>> OfMany<TResult>(ValueTask<IReadOnlyDictionary<string, TResult>> running) where TResult : IAnswer =>
        IsOn ? EndedByMany(running) : running;

    /// <summary>As <see cref="OfMany"/>, one answer a server.</summary>
    public Task<Dictionary<string, TAnswer>> OfEach<TAnswer>(Task<Dictionary<string, TAnswer>> running, string[] servers, Func<TAnswer, CacheOutcome> outcome) =>
        IsOn ? EndedByEach(running, servers, outcome) : running;

    private async ValueTask<TResult> EndedBy<TResult>(ValueTask<TResult> running) where TResult : IAnswer
    {
        TResult result;
        try
        {
            result = await running.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Ended(CallEnds.Of(e), at: null);
            throw;
        }
        Ended(CallEnds.Of(result.Outcome), _telemetry!.Of(result.Server), fromStandIn: result.FromStandIn, mayHaveBeenApplied: result.MayHaveBeenApplied);
        return result;
    }

    private async ValueTask<IReadOnlyDictionary<string, TResult>> EndedByMany<TResult>(ValueTask<IReadOnlyDictionary<string, TResult>> running) where TResult : IAnswer
    {
        IReadOnlyDictionary<string, TResult> results;
        try
        {
            results = await running.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Count(CallEnds.Of(e), server: null, _size);
            EndedAtMany(CallEnds.Of(e));
            throw;
        }
        CallEnd? failure = null;
        foreach (var result in results.Values) Count(CallEnds.Of(result.Outcome), result.Server, times: 1, ref failure);
        EndedAtMany(failure);
        return results;
    }

    private async Task<Dictionary<string, TAnswer>> EndedByEach<TAnswer>(Task<Dictionary<string, TAnswer>> running, string[] servers, Func<TAnswer, CacheOutcome> outcome)
    {
        Dictionary<string, TAnswer> answers;
        try
        {
            answers = await running.ConfigureAwait(false);
        }
        catch (Exception e)
        {
            foreach (var server in servers) Count(CallEnds.Of(e), server, times: 1);
            EndedAtMany(CallEnds.Of(e));
            throw;
        }
        CallEnd? failure = null;
        foreach (var (server, answer) in answers) Count(CallEnds.Of(outcome(answer)), server, times: 1, ref failure);
        EndedAtMany(failure);
        return answers;
    }

    private void Count(CallEnd end, string? server, int times, ref CallEnd? failure)
    {
        Count(end, server, times);
        if (end.IsFailure()) failure ??= end;
    }

    private void Count(CallEnd end, string? server, int times) => _telemetry!.Of(server).Of(_kind).Count(end, times);

    // The first failure among them is the call's.
    private void EndedAtMany(CallEnd? failure)
    {
        _telemetry!.Record(_telemetry.Nobody.Of(_kind), failure ?? CallEnd.Hit, isBatch: _size > 1, _started);
        if (Span is not null) CacheTelemetry.End(Span, failure ?? CallEnd.Hit);
    }

    private static string Named(AttemptEnd end) => end switch
    {
        AttemptEnd.NeverSent => "never_sent",
        AttemptEnd.TimedOut => "timed_out",
        _ => "unanswered",
    };
}
