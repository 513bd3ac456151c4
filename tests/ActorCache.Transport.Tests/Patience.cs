using System.Runtime.CompilerServices;

namespace ActorCache.Transport.Tests;

/// <summary>Tests wait for events. What has not come after ten seconds never will, and the test says what it was.</summary>
internal static class Patience
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    // Some tests block waiters on purpose: the pool must not take half a second to replace each of them.
    [ModuleInitializer]
    internal static void HaveThreadsAtHand() => ThreadPool.SetMinThreads(64, 64);

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

    public static void Soon(this ManualResetEventSlim signal, [CallerArgumentExpression(nameof(signal))] string what = "") =>
        Assert.True(signal.Wait(Limit), $"still waiting after {Limit.TotalSeconds:0} s: {what}");
}
