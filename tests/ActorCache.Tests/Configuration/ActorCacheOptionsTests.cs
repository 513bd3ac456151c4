using Akka.Configuration;
using Akka.Configuration.Hocon;

namespace ActorCache.Tests;

/// <summary>The defaults stand in three places, the class, hocon/reference.conf and the README: they must say the same.</summary>
public class ActorCacheOptionsTests
{
    [Fact]
    public void The_reference_file_names_every_option_in_kebab_case_and_nothing_else()
    {
        var named = Reference().GetConfig("actor-cache.default").Root.GetObject().Items.Keys;
        Assert.Equal(OptionKey.All.Select(key => key.KebabName).Order(), named.Order());
    }

    [Fact]
    public void The_reference_file_has_the_class_defaults()
    {
        // Read over values that are nobody's default, so that an option the file leaves out shows.
        var read = new ActorCacheOptions
        {
            Servers = ["x"], Discovery = (Discovery)9, DiscoveryInterval = default, ConnectTimeout = default, ReadTimeout = default, ServerMaxRetry = -1, RetryDelay = default, MaxRetryDelay = default,
            OperationTimeout = default, ProvenAfter = default, IdleProbe = default, DrainTimeout = default, MaxInFlight = -1, TtlJitter = -1, Distribution = "x", HashTags = true,
            Username = "x", Password = "x", PasswordFile = "x", AllowCleartextPassword = true, Tls = true, TlsServerName = "x", TlsCaFile = "x", TlsCertificateFile = "x", TlsKeyFile = "x",
            KeyPrefix = "x", KeyPolicy = (KeyPolicy)9, LargeValues = (LargeValues)9, MaxLargeValueBytes = -1, FlagConvention = (FlagConvention)9, Compression = "x", CompressionThreshold = -1, MaxDecompressedBytes = -1,
        };
        OptionSources.ReadHocon(read, Reference(), ActorCacheExtension.DefaultName);
        Assert.Empty(read.Unreadable);
        Assert.All(OptionKey.All, key => Assert.Equal((key.Name, key.Write(new ActorCacheOptions())), (key.Name, key.Write(read))));
    }

    [Fact]
    public void The_reference_file_is_the_one_in_the_repository()
    {
        var file = ConfigurationFactory.ParseString(File.ReadAllText(Path.Combine(Repository.Root, "hocon", "reference.conf")));
        Assert.Equal(file.Root.ToString(), ActorCacheExtension.ReferenceConfig().Root.ToString());
    }

    [Fact]
    public void The_readme_has_every_option_in_one_row_with_its_names_and_default()
    {
        var rows = File.ReadAllLines(Path.Combine(Repository.Root, "README.md"))
            .Where(line => line.StartsWith('|'))
            .Select(line => line.Split('|').Select(cell => cell.Trim()).ToArray()[1..^1])
            .Where(cells => cells.Length == 5 && OptionKey.All.Any(key => cells[0] == $"`{key.Name}`"))
            .ToList();

        Assert.Equal(OptionKey.All.Select(key => $"`{key.Name}`"), rows.Select(cells => cells[0]));
        foreach (var (key, cells) in OptionKey.All.Zip(rows))
        {
            Assert.Equal(($"`{key.SnakeName}`", $"`{key.KebabName}`"), (cells[1], cells[2]));
            Assert.NotEmpty(cells[4]);
            var written = key.Write(new ActorCacheOptions());
            var isDuration = typeof(ActorCacheOptions).GetProperty(key.Name)!.PropertyType == typeof(TimeSpan);
            var shown = cells[3].Trim('`');
            Assert.Equal((key.Name, written), (key.Name, isDuration ? OptionKey.WriteDuration(OptionKey.ReadDuration(shown)) : shown));
        }
    }

    [Fact]
    public void The_readme_says_which_options_follow_a_reloaded_configuration() => Assert.Contains(
        $"{string.Join(", ", CacheRuntime.Reloadable.Select(name => $"`{name}`"))} follow a configuration that is reloaded", Readme(), StringComparison.Ordinal);

    [Fact]
    public void The_readmes_connection_strings_and_sections_can_be_read()
    {
        var examples = Readme().Split('`').Where((_, i) => i % 2 == 1).Where(code => code.Contains('=', StringComparison.Ordinal) && code.Contains(';', StringComparison.Ordinal)
            && OptionKey.Find(code[..code.IndexOf('=', StringComparison.Ordinal)].Split(';')[^1]) is not null).ToList();
        Assert.NotEmpty(examples);
        Assert.All(examples, example => ActorCacheOptions.Parse(example));
    }

    // Its lines are broken anywhere.
    private static string Readme() => string.Join(" ", File.ReadAllLines(Path.Combine(Repository.Root, "README.md")));

    private static Config Reference() => ActorCacheExtension.ReferenceConfig();
}
