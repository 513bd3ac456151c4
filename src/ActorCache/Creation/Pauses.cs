namespace ActorCache;

/// <summary>How long to wait before asking again whether another process has created a value: 5 ms at first, growing to 100 ms, each with a share of chance.</summary>
internal sealed class Pauses(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);
    private TimeSpan _next = TimeSpan.FromMilliseconds(5);

    public Task NextAsync(CancellationToken ct)
    {
        var pause = _next * (0.5 + 0.5 * Random.Shared.NextDouble());
        _next = _next * 1.5 < Longest ? _next * 1.5 : Longest;
        return Task.Delay(pause, time, ct);
    }
}
