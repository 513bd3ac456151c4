namespace ActorCache.Tests;

/// <summary>Where the repository lies: the folder above this test assembly that has the solution.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "ActorCache.sln"))) return folder;
        }
        throw new InvalidOperationException($"There is no ActorCache.sln above {AppContext.BaseDirectory}.");
    }
}
