using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// The caches that are registered as services, and the places that go by a cache's name: its options, its section, its connection string. The
/// cache without a key is called <see cref="ActorCacheExtension.DefaultName"/>.
/// </summary>
internal sealed class CacheNames
{
    private const string Instances = "actor-cache.instances";
    private readonly List<string> _registered = [];

    public IReadOnlyList<string> Registered => _registered;

    /// <summary>The list of these services; begun if there is none.</summary>
    public static CacheNames Of(IServiceCollection services)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(CacheNames)) is { ImplementationInstance: CacheNames there }) return there;
        var names = new CacheNames();
        services.AddSingleton(names);
        return names;
    }

    /// <summary>False when it was added before.</summary>
    public bool Add(string name)
    {
        if (_registered.Contains(name, StringComparer.Ordinal)) return false;
        _registered.Add(name);
        return true;
    }

    /// <summary>Refuses what could not be told from something else where options are written.</summary>
    /// <exception cref="ArgumentException">It is empty, has a colon, is an option's name, or the name of the cache without a key.</exception>
    public static void Check(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (name.Contains(':')) throw new ArgumentException($"\"{name}\" has a colon, which separates sections in configuration; give the cache another name.", nameof(name));
        if (OptionKey.Find(name) is not null) throw new ArgumentException($"\"{name}\" is the name of an option; give the cache another one.", nameof(name));
        if (name.Equals(ActorCacheExtension.DefaultName, StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"\"{name}\" is the name of the cache without a key; add that one, or give this one another name.", nameof(name));
    }

    /// <summary>What its options are named: the unnamed ones are those of the cache without a key.</summary>
    public static string OptionsOf(string name) => name == ActorCacheExtension.DefaultName ? Options.DefaultName : name;

    /// <summary>Whose options those are.</summary>
    public static string CacheOf(string? optionsName) => string.IsNullOrEmpty(optionsName) ? ActorCacheExtension.DefaultName : optionsName;

    /// <summary>The name of its connection string in configuration.</summary>
    public static string ConnectionStringOf(string name) => name == ActorCacheExtension.DefaultName ? OptionSources.Section : name;

    /// <summary>Where HOCON has what is this cache's own. In quotes, as a name may have dots.</summary>
    public static string HoconPathOf(string name) => $"{Instances}.\"{name.Replace("\"", "", StringComparison.Ordinal)}\"";

    /// <summary>Every cache somebody may have: those that are registered, those that HOCON names, and the one without a key.</summary>
    public static IReadOnlySet<string> Known(CacheNames? names, Config? hocon)
    {
        var known = new HashSet<string>(names?.Registered ?? [], StringComparer.OrdinalIgnoreCase) { ActorCacheExtension.DefaultName };
        if (hocon?.HasPath(Instances) == true && hocon.GetValue(Instances).GetObject() is { } instances) known.UnionWith(instances.Items.Keys);
        return known;
    }
}
