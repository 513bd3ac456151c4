using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;

namespace ActorCache.Tests;

/// <summary>One package and its symbols, read into memory.</summary>
internal sealed class Package
{
    private readonly Dictionary<string, byte[]> _files;
    private readonly Dictionary<string, byte[]> _symbols;

    private Package(Dictionary<string, byte[]> files, Dictionary<string, byte[]> symbols)
    {
        _files = files;
        _symbols = symbols;
        Specification = XDocument.Parse(Text(files.Keys.Single(name => name.EndsWith(".nuspec", StringComparison.Ordinal))))
            .Root!.Elements().Single();
    }

    /// <summary>The nuspec's metadata.</summary>
    public XElement Specification { get; }

    public string Name => Value("id")!;

    /// <summary>What is in it, but for what the packaging format itself demands.</summary>
    public IEnumerable<string> Files => Contents(_files);

    /// <summary>What is in its symbol package.</summary>
    public IEnumerable<string> SymbolFiles => Contents(_symbols);

    /// <summary>The library itself.</summary>
    public PEReader Library => new(new MemoryStream(_files[$"lib/net10.0/{Name}.dll"]));

    /// <summary>Reads the package, and the symbols beside it.</summary>
    public static async Task<Package> OpenAsync(string path) =>
        new(await ReadAsync(path), await ReadAsync(Path.ChangeExtension(path, ".snupkg")));

    /// <summary>An element of the nuspec, wherever it stands; null if it is not there.</summary>
    public XElement? Element(string name) => Specification.Descendants().SingleOrDefault(element => element.Name.LocalName == name);

    public string? Value(string name) => Specification.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;

    public string Text(string file) => Encoding.UTF8.GetString(_files[file]).TrimStart('\uFEFF');

    /// <summary>The symbols that belong to the library, and to no other build of it.</summary>
    public MetadataReaderProvider Symbols()
    {
        var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(_symbols[$"lib/net10.0/{Name}.pdb"]));
        using var library = Library;
        var entry = library.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        var id = new BlobContentId(provider.GetMetadataReader().DebugMetadataHeader!.Id);
        Assert.Equal(library.ReadCodeViewDebugDirectoryData(entry).Guid, id.Guid);
        return provider;
    }

    private static IEnumerable<string> Contents(Dictionary<string, byte[]> files) => files.Keys
        .Where(name => !name.StartsWith("_rels/", StringComparison.Ordinal) && !name.StartsWith("package/", StringComparison.Ordinal))
        .Where(name => name != "[Content_Types].xml")
        .Order(StringComparer.Ordinal);

    private static async Task<Dictionary<string, byte[]>> ReadAsync(string path)
    {
        var files = new Dictionary<string, byte[]>();
        await using var archive = await ZipFile.OpenReadAsync(path);
        foreach (var entry in archive.Entries)
        {
            await using var stream = await entry.OpenAsync();
            using var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes);
            files[entry.FullName] = bytes.ToArray();
        }
        return files;
    }
}
