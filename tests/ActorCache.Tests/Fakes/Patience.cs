using System.Runtime.CompilerServices;

namespace ActorCache.Tests;

/// <summary>Tests wait for events. What has not come after twenty seconds never will, and the test says what it was.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // The control plane's threads and the tests' own waits share two cores with other suites: the pool must not dole out threads slowly.
    [ModuleInitializer]
    internal static void HaveThreadsAtHand() => ThreadPool.SetMinThreads(32, 32);

    public static async Task<T> Soon<T>(this Task<T> task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).Soon(what);
        return await task;
    }

    public static async Task Soon(this Task task, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try
        {
            await task.WaitAsync(Limit);
        }
        catch (TimeoutException) when (!task.IsFaulted)
        {
            Assert.Fail($"still waiting after {Limit.TotalSeconds:0} s: {what}");
        }
    }

    public static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);
}
