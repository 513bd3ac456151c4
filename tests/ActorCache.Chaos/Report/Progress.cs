using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>Says every few seconds, on standard error, which row is at work and what it has counted.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private readonly PeriodicTimer _timer = new(TimeSpan.FromSeconds(3));
    private readonly long _since = Stopwatch.GetTimestamp();
    private readonly Task _telling;
    private volatile Trial? _trial;

    public Progress() => _telling = TellAsync();

    public void At(Trial trial) => _trial = trial;

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _telling;
    }

    private async Task TellAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            if (_trial is { Ledger: var seen } trial)
                await Console.Error.WriteLineAsync($"[{Stopwatch.GetElapsedTime(_since).TotalSeconds,4:0} s] {trial.Name}: {seen.Calls:N0} calls, {seen.Failed} failed, {seen.Wrong} wrong, {seen.Stale} stale, {seen.Hung} hung");
        }
    }
}
