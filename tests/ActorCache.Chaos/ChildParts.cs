namespace ActorCache.Chaos;

/// <summary>What a process of this program's own does, when a fault has to befall a whole process.</summary>
internal static class ChildParts
{
    public static Task<int> RunAsync(IReadOnlyList<string> part, CancellationToken stop) => part[0] switch
    {
        _ => Unknown(part[0]),
    };

    private static Task<int> Unknown(string part)
    {
        Console.Error.WriteLine($"\"{part}\" is no part of a child.");
        return Task.FromResult(2);
    }
}
