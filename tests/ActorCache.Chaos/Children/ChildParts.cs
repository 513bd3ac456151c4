namespace ActorCache.Chaos;

/// <summary>What a process of this program's own does, when a fault has to befall a whole process.</summary>
internal static class ChildParts
{
    public static Task<int> RunAsync(IReadOnlyList<string> part, CancellationToken stop) => part[0] switch
    {
        "frozen" when part.Count == 2 => FrozenClient.RunAsync(part[1], stop),
        "poor" when part.Count == 2 => PoorClient.RunAsync(part[1], stop),
        _ => Unknown(part[0]),
    };

    private static Task<int> Unknown(string part)
    {
        Console.Error.WriteLine($"\"{part}\" is no part of a child.");
        return Task.FromResult(2);
    }
}
