using System.Globalization;
using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorCache;

/// <summary>
/// Where options come from as text: a connection string, configuration, HOCON. Each only overwrites what it names, and what cannot be read is
/// kept with the place it stands in, for the validator to report.
/// </summary>
internal static class OptionSources
{
    /// <summary>The section of configuration that is ours, and the connection string of the cache without a key.</summary>
    public const string Section = "ActorCache";

    /// <summary>
    /// <c>cache-1:11211,cache-2:11211*2;connect_timeout=500ms;read_timeout=200ms</c>: the servers first, then settings. The servers may
    /// also be given as <c>servers=...</c>.
    /// </summary>
    public static void ReadConnectionString(ActorCacheOptions options, string text, string? place = null)
    {
        var from = place is null ? "" : $"{place}: ";
        var (number, hasSecret) = (0, false);
        foreach (var (name, value) in ConnectionString.Parts(text))
        {
            number++;
            var key = OptionKey.Find(name ?? value ?? "");
            hasSecret |= key?.IsSecret == true;
            // What is not understood may be the rest of a password that wants quotes: it is counted, not repeated.
            if (name is null && number == 1 && key is null)
                OptionKey.Read(options, nameof(ActorCacheOptions.Servers), value ?? "");
            else if (string.IsNullOrEmpty(name))
                options.Unreadable.Add($"{from}{(key is null ? $"Part {number} of the connection string" : $"\"{key.SnakeName}\" in the connection string")} is no setting; write name=value.");
            else if (key is null && hasSecret)
                options.Unreadable.Add($"{from}Part {number} of the connection string is not an option; a value with a semicolon stands in quotes.");
            else if (value is null)
                options.Unreadable.Add($"{from}{key?.Name ?? $"Part {number} of the connection string"} has a quote too few or too many; write name=\"value\", and \"\" for a quote within.");
            else
                OptionKey.Read(options, name, value, key is null ? place : $"{from}{key.Name}");
        }
    }

    /// <summary>
    /// What a host's configuration says: of the section <c>ActorCache</c>, over it of <c>ActorCache:NAME</c>, and over both of
    /// <c>ConnectionStrings:NAME</c>, which is <c>ConnectionStrings:ActorCache</c> for the cache without a key.
    /// </summary>
    public static void ReadHost(ActorCacheOptions options, IConfiguration configuration, string name, IReadOnlySet<string> caches)
    {
        ReadSections(options, configuration.GetSection(Section), name, caches);
        var connectionString = $"ConnectionStrings:{CacheNames.ConnectionStringOf(name)}";
        if (configuration[connectionString] is { } text) ReadConnectionString(options, text, connectionString);
    }

    /// <summary>Configuration that was given in code: a section of options or, a root or what else has a section <c>ActorCache</c>, a host's.</summary>
    public static void ReadConfiguration(ActorCacheOptions options, IConfiguration configuration, string name, IReadOnlySet<string> caches)
    {
        if (configuration is IConfigurationRoot || configuration.GetSection(Section).Exists()) ReadHost(options, configuration, name, caches);
        else ReadSections(options, configuration, name, caches);
    }

    /// <summary><c>actor-cache.instances.NAME</c>, and <c>actor-cache.default</c> for what that leaves open.</summary>
    public static void ReadHocon(ActorCacheOptions options, Config config, string name)
    {
        ReadBlock("actor-cache.default", "actor-cache.default");
        ReadBlock(CacheNames.HoconPathOf(name), $"actor-cache.instances.{name}");

        void ReadBlock(string path, string shown)
        {
            if (!config.HasPath(path)) return;
            var block = config.GetConfig(path);
            foreach (var (written, _) in block.AsEnumerable())
            {
                if (OptionKey.Find(written) is null) OptionKey.Read(options, written, "", shown);
            }
            // A user's snake_case name beats the kebab-case one of the built-in defaults.
            foreach (var key in OptionKey.All)
            {
                if ((block.HasPath(key.SnakeName) ? key.SnakeName : block.HasPath(key.KebabName) ? key.KebabName : null) is not { } written) continue;
                var value = block.GetValue(written);
                // An empty array and an object have no text: for the servers that is none, for any other option a fault to report.
                OptionKey.Read(options, key.Name, value.IsArray() ? string.Join(",", value.GetStringList()) : value.GetString() ?? "", $"{shown}.{written}");
            }
        }
    }

    // What is for all caches, then what is this one's own.
    private static void ReadSections(ActorCacheOptions options, IConfiguration section, string name, IReadOnlySet<string> caches)
    {
        ReadSection(options, section, caches);
        var own = section.GetSection(name);
        if (OptionKey.Find(name) is null && own.GetChildren().Any()) ReadSection(options, own, EmptySet);
    }

    private static void ReadSection(ActorCacheOptions options, IConfiguration section, IReadOnlySet<string> caches)
    {
        foreach (var child in section.GetChildren())
        {
            var inner = child.GetChildren().ToList();
            var isOption = OptionKey.Find(child.Key) is not null;
            if (child.Value is { } text) OptionKey.Read(options, child.Key, text, child.Path);
            else if (isOption && inner.Count > 0 && inner.TrueForAll(IsElement)) OptionKey.Read(options, child.Key, string.Join(",", inner.Select(element => element.Value)), child.Path);
            else if (isOption || inner.Count == 0) options.Unreadable.Add($"{child.Path} has no value.");
            // Another cache's section is its business. A section of a cache that nobody has is a typing mistake which would else be silent.
            else if (!caches.Contains(child.Key))
                options.Unreadable.Add($"{child.Path} is neither an option nor the section of a cache{(caches.Count == 0 ? "" : $"; there are {string.Join(", ", caches.Order(StringComparer.Ordinal))}")}.");
        }
    }

    private static bool IsElement(IConfigurationSection section) =>
        section.Value is not null && int.TryParse(section.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static readonly IReadOnlySet<string> EmptySet = new HashSet<string>();
}
