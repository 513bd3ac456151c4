using System.Text.RegularExpressions;

namespace ActorCache.Tests;

/// <summary>The packages of this build, made once for all tests in a folder of their own by the README's own command.</summary>
public sealed partial class PackedLibraries : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("actorcache-packages-").FullName;
    private readonly Dictionary<string, Package> _packages = [];

    /// <summary>The names of the projects in src, which are the packages' too.</summary>
    public static IReadOnlyList<string> Projects { get; } =
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    /// <summary>What <c>dotnet pack</c> printed.</summary>
    public string Printed { get; private set; } = "";

    /// <summary>The names of the packages that were made.</summary>
    internal IEnumerable<string> Names => _packages.Keys.Order(StringComparer.Ordinal);

    /// <summary>Debug or Release, as these tests are.</summary>
    internal static string Configuration { get; } = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    /// <summary>The package of that name.</summary>
    internal Package this[string name] => _packages[name];

    /// <inheritdoc />
    public async Task InitializeAsync()
    {
        Printed = await Command.RunAsync(
            Repository.Root, "dotnet", "pack", "ActorCache.sln", "-c", Configuration, "--no-build", "--nologo", "-o", _folder);
        foreach (var file in Directory.EnumerateFiles(_folder, "*.nupkg"))
        {
            var name = Version().Replace(Path.GetFileNameWithoutExtension(file), "");
            _packages[name] = await Package.OpenAsync(file);
        }
    }

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [GeneratedRegex(@"\.\d+\.\d+\.\d+.*$")]
    private static partial Regex Version();
}
