using System.Numerics;

namespace ActorCache;

/// <summary>
/// The calls of one kind that ended at one server, by how they ended; and the attributes they are told with, made once, so that a measurement
/// allocates nothing.
/// </summary>
internal sealed class OperationFigures
{
    // A row of counts for every processor, each a cache line or two: callers on several do not wait for each other's.
    private const int Row = 16;
    private static readonly int Rows = (int)BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount);
    private readonly long[] _counts = new long[Rows * Row];
    private readonly KeyValuePair<string, object?>[]?[] _durationTags = new KeyValuePair<string, object?>[]?[2 * CallEnds.Count];
    private readonly KeyValuePair<string, object?>[]?[] _requestTags = new KeyValuePair<string, object?>[]?[CallEnds.Count];
    private readonly ServerFigures _server;
    private readonly CallKind _kind;

    public OperationFigures(ServerFigures server, CallKind kind)
    {
        (_server, _kind) = (server, kind);
        SpanName = server.Target is { } target ? $"{kind.Name()} {target}" : kind.Name();
    }

    /// <summary>What a span of such a call is called once it is known where it went.</summary>
    public string SpanName { get; }

    public void Count(CallEnd end, int times) =>
        Interlocked.Add(ref _counts[(Thread.GetCurrentProcessorId() & (Rows - 1)) * Row + (int)end], times);

    /// <summary>How many have ended so.</summary>
    public long Counted(CallEnd end)
    {
        var sum = 0L;
        for (var i = (int)end; i < _counts.Length; i += Row) sum += Volatile.Read(ref _counts[i]);
        return sum;
    }

    /// <summary>The attributes of its duration, as OpenTelemetry's conventions for database clients have them.</summary>
    public KeyValuePair<string, object?>[] DurationTags(CallEnd end, bool isBatch)
    {
        // All that did not fail are told with the same.
        var index = (end.IsFailure() ? (int)end : (int)CallEnd.Hit) + (isBatch ? CallEnds.Count : 0);
        return _durationTags[index] ??=
        [
            new(TelemetryNames.System, TelemetryNames.Memcached), new(TelemetryNames.Operation, _kind.Name(isBatch)), .. _server.Tags,
            .. end.IsFailure() ? [new KeyValuePair<string, object?>(TelemetryNames.Error, end.Name())] : Array.Empty<KeyValuePair<string, object?>>(),
        ];
    }

    /// <summary>The attributes of its count.</summary>
    public KeyValuePair<string, object?>[] RequestTags(CallEnd end) => _requestTags[(int)end] ??=
        [.. _server.Tags, new(TelemetryNames.Operation, _kind.Name()), new(TelemetryNames.Outcome, end.Name())];
}
