using System.Runtime.CompilerServices;

// Compiled into the test projects that wait like this.
namespace ActorCache;

/// <summary>Tests wait for events. What has not come after twenty seconds never will, and the test says what it was.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    // Some tests block waiters on purpose, others share two cores with whole actor systems: the pool must not dole out threads slowly.
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

    public static Task<T> Soon<T>(this ValueTask<T> task, [CallerArgumentExpression(nameof(task))] string what = "") => task.AsTask().Soon(what);

    public static void Soon(this ManualResetEventSlim signal, [CallerArgumentExpression(nameof(signal))] string what = "") =>
        Assert.True(signal.Wait(Limit), $"still waiting after {Limit.TotalSeconds:0} s: {what}");
}
