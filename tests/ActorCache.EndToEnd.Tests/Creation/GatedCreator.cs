namespace ActorCache.EndToEnd.Tests.Creation;

/// <summary>A creator that counts its runs, says when it has begun, and goes on when the test lets it.</summary>
internal sealed class GatedCreator<T>(T value)
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>The first run has begun.</summary>
    public Task Begun => _begun.Task.Patiently();

    /// <summary>What it throws instead of returning its value.</summary>
    public Exception? Fails { get; init; }

    public CancellationToken Token { get; private set; }

    public void Open() => _open.TrySetResult();

    public async ValueTask<T> RunAsync(CancellationToken ct)
    {
        Interlocked.Increment(ref _runs);
        Token = ct;
        _begun.TrySetResult();
        await _open.Task.WaitAsync(ct);
        return Fails is null ? value : throw Fails;
    }
}
