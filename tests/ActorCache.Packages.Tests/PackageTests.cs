using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ActorCache.Tests;

/// <summary>What a user's package manager, editor and debugger find in each package.</summary>
public sealed partial class PackageTests(PackedLibraries packed) : IClassFixture<PackedLibraries>
{
    // The kinds of custom information a pdb's document carries; portable PDB format, "Embedded Source".
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    private static readonly XElement Pins = XDocument.Load(Path.Combine(Repository.Root, "Directory.Packages.props")).Root!;

    public static TheoryData<string> Packages() => [.. PackedLibraries.Projects];

    [Fact]
    public void Every_library_is_packed() => Assert.Equal(PackedLibraries.Projects, packed.Names);

    [Fact]
    public void Packing_warns_of_nothing() => Assert.DoesNotContain("warn", packed.Printed, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_holds_its_library_its_documentation_and_its_page_and_nothing_else(string name)
    {
        Assert.Equal([$"{name}.nuspec", "README.md", $"lib/net10.0/{name}.dll", $"lib/net10.0/{name}.xml"], packed[name].Files);
        Assert.Equal([$"{name}.nuspec", $"lib/net10.0/{name}.pdb"], packed[name].SymbolFiles);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_says_what_it_is_and_under_which_licence(string name)
    {
        var package = packed[name];
        Assert.Contains("memcached", package.Value("description"), StringComparison.OrdinalIgnoreCase);
        Assert.Contains("memcached", package.Value("tags")!.Split(' '));
        Assert.Equal("Apache-2.0", package.Value("license"));
        Assert.Equal("expression", package.Element("license")!.Attribute("type")!.Value);
        Assert.Equal("README.md", package.Value("readme"));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_page_is_its_own_packages_and_stands_without_the_repository(string name)
    {
        var page = packed[name].Text("README.md");
        Assert.StartsWith($"# {name}\n", page);
        Assert.Empty(RelativeLink().Matches(page));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public async Task A_package_names_the_commit_it_was_made_from_and_no_folder_of_this_machine(string name)
    {
        var repository = packed[name].Element("repository")!;
        Assert.Equal("git", repository.Attribute("type")!.Value);
        Assert.Equal((await Command.RunAsync(Repository.Root, "git", "rev-parse", "HEAD")).Trim(), repository.Attribute("commit")!.Value);
        Assert.True(repository.Attribute("url") is not { Value: var url } || url.StartsWith("https://", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_depends_on_what_its_project_names_at_the_pinned_version_and_on_nothing_else(string name)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", name, $"{name}.csproj")).Root!;
        var named = project.Descendants("ProjectReference")
            .Select(item => (Id: Path.GetFileNameWithoutExtension(item.Attribute("Include")!.Value), Version: packed[name].Value("version")!))
            .Concat(project.Descendants("PackageReference").Select(item => item.Attribute("Include")!.Value).Select(id => (id, Pin(id))));
        var needed = packed[name].Specification.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (Id: element.Attribute("id")!.Value, Version: element.Attribute("version")!.Value));
        Assert.Equal(named.Order(), needed.Order());
    }

    // "dotnet new worker" of the first .NET 10 SDK pins 10.0.0: a higher floor of ours would be a downgrade there, an error on the first restore.
    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_asks_for_no_newer_framework_than_a_newcomer_has(string name)
    {
        var ofTheFramework = packed[name].Specification.Descendants().Where(element => element.Name.LocalName == "dependency")
            .Where(element => element.Attribute("id")!.Value.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal));
        Assert.All(ofTheFramework, element => Assert.Equal("10.0.0", element.Attribute("version")!.Value));
        Assert.All(
            packed[name].Specification.Descendants().Where(element => element.Name.LocalName == "group"),
            group => Assert.Equal("net10.0", group.Attribute("targetFramework")!.Value));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void Every_public_type_is_documented(string name)
    {
        var documented = XDocument.Parse(packed[name].Text($"lib/net10.0/{name}.xml")).Descendants("member")
            .Select(member => member.Attribute("name")!.Value).ToHashSet();
        Assert.Empty(PublicTypes(name).Select(type => $"T:{type}").Except(documented));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_page_says_what_every_public_type_is_for(string name)
    {
        var page = Word().Matches(packed[name].Text("README.md")).Select(word => word.Value).ToHashSet();
        Assert.Empty(PublicTypes(name).Select(type => Word().Match(type[(type.LastIndexOf('.') + 1)..]).Value).Except(page));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_debugger_can_step_into_every_file(string name)
    {
        using var provider = packed[name].Symbols();
        var symbols = provider.GetMetadataReader();
        Assert.NotEmpty(symbols.Documents);
        Assert.All(symbols.Documents, document => Assert.Contains(
            symbols.GetCustomDebugInformation(document), information => Kind(symbols, information) == EmbeddedSource));
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void What_is_released_does_not_tell_where_it_was_built(string name)
    {
        // A Debug build keeps its paths, for who is at work on it.
        if (PackedLibraries.Configuration != "Release") return;
        using var provider = packed[name].Symbols();
        var symbols = provider.GetMetadataReader();
        Assert.All(symbols.Documents, document =>
            Assert.StartsWith("/_/", symbols.GetString(symbols.GetDocument(document).Name), StringComparison.Ordinal));
    }

    /// <summary>The types that stand on their own, with their namespace.</summary>
    private List<string> PublicTypes(string name)
    {
        using var library = packed[name].Library;
        var reader = library.GetMetadataReader();
        var types = reader.TypeDefinitions.Select(reader.GetTypeDefinition)
            .Where(type => (type.Attributes & TypeAttributes.VisibilityMask) == TypeAttributes.Public)
            .Select(type => $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}").ToList();
        Assert.NotEmpty(types);
        return types;
    }

    private static Guid Kind(MetadataReader symbols, CustomDebugInformationHandle information) =>
        symbols.GetGuid(symbols.GetCustomDebugInformation(information).Kind);

    private static string Pin(string id) =>
        Pins.Descendants("PackageVersion").Single(item => item.Attribute("Include")!.Value == id).Attribute("Version")!.Value;

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"\]\((?!https?://|#)")]
    private static partial Regex RelativeLink();
}
