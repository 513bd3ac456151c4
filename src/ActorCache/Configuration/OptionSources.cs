using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorCache;

/// <summary>Where options come from as text: a connection string, configuration, HOCON. Each only overwrites what it names.</summary>
internal static class OptionSources
{
    /// <summary>
    /// <c>cache-1:11211,cache-2:11211*2;connect_timeout=500ms;read_timeout=200ms</c>: the servers first, then settings. The servers may
    /// also be given as <c>servers=...</c>.
    /// </summary>
    public static void ReadConnectionString(ActorCacheOptions options, string text)
    {
        var parts = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var isBehindSecret = false;
        for (var i = 0; i < parts.Length; i++)
        {
            var equals = parts[i].IndexOf('=');
            var named = equals > 0 ? OptionKey.Find(parts[i][..equals].Trim()) : null;
            // It may be the rest of a password: what is reported stands in a log.
            if (isBehindSecret && named is null) options.Unreadable.Add($"Part {i + 1} of the connection string, behind a secret, is no setting; a password with a ';' in it belongs into PasswordFile.");
            else if (equals > 0) OptionKey.Read(options, parts[i][..equals].Trim(), parts[i][(equals + 1)..].Trim());
            else if (i == 0 && equals < 0) OptionKey.Read(options, nameof(ActorCacheOptions.Servers), parts[i]);
            else options.Unreadable.Add($"\"{parts[i]}\" in the connection string is no setting; write name=value.");
            isBehindSecret |= named is { IsSecret: true };
        }
    }

    /// <summary>A section's values; of a configuration's root (which holds much that is not ours), its section <c>ActorCache</c>.</summary>
    public static void ReadConfiguration(ActorCacheOptions options, IConfiguration configuration)
    {
        var section = configuration.GetSection("ActorCache");
        foreach (var child in (configuration is IConfigurationRoot || section.Exists() ? section : configuration).GetChildren())
        {
            var elements = child.GetChildren().Select(element => element.Value).OfType<string>().ToList();
            if (child.Value is { } text) OptionKey.Read(options, child.Key, text);
            else if (elements.Count > 0) OptionKey.Read(options, child.Key, string.Join(",", elements));
            else options.Unreadable.Add($"{child.Key} has no value.");
        }
    }

    /// <summary><c>actor-cache.instances.NAME</c>, and <c>actor-cache.default</c> for what that leaves open.</summary>
    public static void ReadHocon(ActorCacheOptions options, Config config, string name)
    {
        ReadBlock($"actor-cache.default");
        ReadBlock($"actor-cache.instances.{name}");

        void ReadBlock(string path)
        {
            if (!config.HasPath(path)) return;
            var block = config.GetConfig(path);
            foreach (var (written, _) in block.AsEnumerable())
            {
                if (OptionKey.Find(written) is null) OptionKey.Read(options, written, "");
            }
            // A user's snake_case name beats the kebab-case one of the built-in defaults.
            foreach (var key in OptionKey.All)
            {
                if ((block.HasPath(key.SnakeName) ? key.SnakeName : block.HasPath(key.KebabName) ? key.KebabName : null) is not { } written) continue;
                var value = block.GetValue(written);
                // An empty array and an object have no text: for the servers that is none, for any other option a fault to report.
                OptionKey.Read(options, key.Name, value.IsArray() ? string.Join(",", value.GetStringList()) : value.GetString() ?? "");
            }
        }
    }
}
