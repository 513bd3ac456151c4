namespace ActorCache.EndToEnd.Tests;

/// <summary>How long a test waits for something that is sure to happen: far longer than it takes, so that only a defect runs into it.</summary>
internal static class Patience
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Asks again until the answer is as it will be in the end.</summary>
    public static async Task<T> Until<T>(Func<ValueTask<T>> ask, Func<T, bool> isAsExpected)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (true)
        {
            var answer = await ask();
            if (isAsExpected(answer)) return answer;
            limit.Token.ThrowIfCancellationRequested();
            // No event tells this answer, so it is asked for again; without a pause that would keep the processor from who is to answer.
            await Task.Delay(5);
        }
    }

    public static Task Patiently(this Task task) => task.WaitAsync(Limit);

    public static Task<T> Patiently<T>(this Task<T> task) => task.WaitAsync(Limit);

    public static Task<T> Patiently<T>(this ValueTask<T> task) => task.AsTask().WaitAsync(Limit);
}
