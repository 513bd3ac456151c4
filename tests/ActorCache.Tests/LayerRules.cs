using System.Reflection;
using System.Xml.Linq;

namespace ActorCache.Tests;

/// <summary>
/// The layers of the design, held: a project may reference what its row allows, and what is compiled may not know what its row forbids.
/// </summary>
public class LayerRules
{
    private static readonly string[] Nothing = [];

    /// <summary>What each project in src may reference of ours, and which packages. A new project gets its row here.</summary>
    private static readonly Dictionary<string, (string[] Projects, string[] Packages)> Allowed = new()
    {
        ["ActorCache.Placement"] = (Nothing, Nothing),
        ["ActorCache.Protocol"] = (Nothing, Nothing),
        ["ActorCache.Transport"] = (["ActorCache.Protocol"], Nothing),
        ["ActorCache"] = (["ActorCache.Placement", "ActorCache.Protocol", "ActorCache.Transport"], ["Akka", "Akka.Hosting", "Microsoft.Extensions."]),
        ["ActorCache.MemoryPack"] = (["ActorCache"], ["MemoryPack"]),
        ["ActorCache.Zstandard"] = (["ActorCache"], ["ZstdSharp.Port", "ZstdSharp"]),
        ["ActorCache.Caching"] = (["ActorCache"], ["Microsoft.Extensions."]),
        ["ActorCache.OutputCaching"] = (["ActorCache", "ActorCache.Caching"], ["Microsoft.AspNetCore.", "Microsoft.Extensions."]),
        ["ActorCache.OpenTelemetry"] = (["ActorCache"], ["OpenTelemetry."]),
        ["ActorCache.EmbeddedServer"] = (Nothing, Nothing),
    };

    public static TheoryData<string> Projects() => [.. Allowed.Keys];

    [Fact]
    public void Every_project_has_its_rule() => Assert.Equal(
        Allowed.Keys.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_the_projects_of_its_layer_and_no_other(string project) =>
        Assert.Equal(
            Allowed[project].Projects.Order(),
            References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)).Order());

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_no_package_outside_its_layer(string project) =>
        Assert.All(
            References(project, "PackageReference"),
            package => Assert.Contains(Allowed[project].Packages, allowed => IsOrIsUnder(package, allowed)));

    // S3, S5, S10 of tests/README.md.
    [Theory]
    [InlineData("SocketType.Dgram")]
    [InlineData("UdpClient")]
    [InlineData("BinaryFormatter")]
    [InlineData("Type.GetType(")]
    [InlineData("DangerousAcceptAnyServerCertificateValidator")]
    [InlineData("X509VerificationFlags")]
    public void No_source_has_what_would_open_a_hole(string word) =>
        Assert.DoesNotContain(
            Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories),
            file => File.ReadAllText(file).Contains(word, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void What_is_compiled_knows_only_its_layer(string project)
    {
        var (projects, packages) = Allowed[project];
        foreach (var reference in Load(project).GetReferencedAssemblies().Select(name => name.Name!))
        {
            if (projects.Contains(reference) || packages.Any(allowed => IsOrIsUnder(reference, allowed))) continue;
            Assert.True(reference.StartsWith("System.", StringComparison.Ordinal), $"{project} must not know {reference}");
        }
    }

    [Theory]
    [InlineData("ActorCache.Placement")]
    [InlineData("ActorCache.Protocol")]
    [InlineData("ActorCache")]
    public void Only_the_transport_knows_sockets(string project) =>
        Assert.DoesNotContain(Load(project).GetReferencedAssemblies(), name => name.Name == "System.Net.Sockets");

    [Theory]
    [InlineData("ActorCache.Placement")]
    [InlineData("ActorCache.Protocol")]
    [InlineData("ActorCache.Transport")]
    [InlineData("ActorCache.EmbeddedServer")]
    public void Only_the_runtime_knows_actors(string project)
    {
        Assert.DoesNotContain(Load(project).GetReferencedAssemblies(), name => IsOrIsUnder(name.Name!, "Akka"));
        Assert.DoesNotContain(UsedTypes(project), type => IsOrIsUnder(type.Namespace ?? "", "Akka"));
    }

    [Fact]
    public void The_embedded_server_shares_no_code_with_the_client() =>
        Assert.DoesNotContain(Load("ActorCache.EmbeddedServer").GetReferencedAssemblies(), name => IsOrIsUnder(name.Name!, "ActorCache"));

    [Fact]
    public void No_actor_touches_bytes_of_the_wire()
    {
        string[] wire = ["MetaRequests", "ReplyReader", "PipelinedConnection"];
        var actors = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "ActorCache", "Actors"), "*.cs")
            .Where(file => Path.GetFileName(file) != "SocketConnector.cs");
        Assert.All(actors, file => Assert.DoesNotContain(wire, word => File.ReadAllText(file).Contains(word, StringComparison.Ordinal)));
    }

    /// <summary>The types that fields, signatures, bases and locals of a project's types name.</summary>
    private static IEnumerable<Type> UsedTypes(string project)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (var type in Load(project).GetTypes())
        {
            if (type.BaseType is { } parent) yield return parent;
            foreach (var contract in type.GetInterfaces()) yield return contract;
            foreach (var field in type.GetFields(Declared)) yield return field.FieldType;
            foreach (var method in type.GetMethods(Declared).Concat<MethodBase>(type.GetConstructors(Declared)))
            {
                if (method is MethodInfo { ReturnType: { } returned }) yield return returned;
                foreach (var parameter in method.GetParameters()) yield return parameter.ParameterType;
                foreach (var local in method.GetMethodBody()?.LocalVariables ?? []) yield return local.LocalType;
            }
        }
    }

    private static Assembly Load(string project) => Assembly.Load(project);

    private static bool IsOrIsUnder(string name, string root) =>
        name == root || name.StartsWith(root.EndsWith('.') ? root : $"{root}.", StringComparison.Ordinal);

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root, "src", project, $"{project}.csproj"))
            .Descendants(kind).Select(item => (string)item.Attribute("Include")!);
}
