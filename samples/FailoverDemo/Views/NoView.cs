namespace FailoverDemo;

/// <summary>Nothing to look at: for <c>--json</c>.</summary>
internal sealed class NoView : IRunView
{
    public Task RunAsync(CancellationToken stop) => Task.CompletedTask;
}
