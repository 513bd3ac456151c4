// Compiled into the test projects that measure like this.
namespace ActorCache;

/// <summary>What code allocates on its thread, without what the runtime allocates there when it compiles a path anew.</summary>
internal static class Allocated
{
    private const int Runs = 5;

    /// <summary>Bytes that the action allocates every time: the least of a few runs.</summary>
    public static long By(Action action)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Runs && least > 0; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }
}
