using System.Reflection.Metadata;
using System.Text;

namespace ActorCache.Tests;

/// <summary>What packages say of their sources once the repository has a remote on the web. This clone need not have one, so a small one is made.</summary>
public sealed class SourceLinkTests : IAsyncLifetime
{
    private const string Library = "ActorCache.Protocol";

    // SourceLink's kind of custom information of a module; portable PDB format, "Source Link".
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    private readonly string _folder = Directory.CreateTempSubdirectory("actorcache-sourcelink-").FullName;

    /// <summary>One library, with all that stands above it, in a repository that was pushed with a password in its address.</summary>
    public async Task InitializeAsync()
    {
        var files = Directory.EnumerateFiles(Repository.Root).Where(file => Path.GetExtension(file) is ".props" or ".targets" or ".json")
            .Append(Path.Combine(Repository.Root, "src", "Directory.Build.props"))
            .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", Library), "*", SearchOption.AllDirectories));
        foreach (var file in files)
        {
            var path = Path.GetRelativePath(Repository.Root, file);
            if (path.Split(Path.DirectorySeparatorChar) is var parts && (parts.Contains("bin") || parts.Contains("obj"))) continue;
            var copy = Path.Combine(_folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        await Command.RunAsync(_folder, "git", "init", "--quiet");
        await Command.RunAsync(_folder, "git", "remote", "add", "origin", "https://user:secret@github.com/someone/cache.git");
        await Command.RunAsync(_folder, "git", "add", ".");
        await Command.RunAsync(_folder, "git", "-c", "user.name=a", "-c", "user.email=a@b.invalid", "commit", "--quiet", "-m", "a");
    }

    /// <inheritdoc />
    public Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task Symbols_point_to_the_commit_on_the_web_and_no_password_goes_along()
    {
        await Command.RunAsync(_folder, "dotnet", "pack", Path.Combine("src", Library), "-c", "Release", "--nologo", "-o", "packages");
        var package = await Package.OpenAsync(Directory.EnumerateFiles(Path.Combine(_folder, "packages"), "*.nupkg").Single());
        var commit = (await Command.RunAsync(_folder, "git", "rev-parse", "HEAD")).Trim();

        var repository = package.Element("repository")!;
        Assert.Equal("https://github.com/someone/cache.git", repository.Attribute("url")!.Value);
        Assert.Equal(commit, repository.Attribute("commit")!.Value);

        using var provider = package.Symbols();
        var symbols = provider.GetMetadataReader();
        var link = symbols.CustomDebugInformation.Select(symbols.GetCustomDebugInformation)
            .Single(information => symbols.GetGuid(information.Kind) == SourceLink);
        Assert.Equal(
            "{\"documents\":{\"/_/*\":\"https://raw.githubusercontent.com/someone/cache/" + commit + "/*\"}}",
            Encoding.UTF8.GetString(symbols.GetBlobBytes(link.Value)));
        Assert.DoesNotContain("secret", package.Specification.ToString(), StringComparison.Ordinal);
    }
}
