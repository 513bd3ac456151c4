using Akka.Actor;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// What the host itself says of a cache, beneath everything that is set in code: its HOCON under <c>actor-cache</c>, and over that its
/// configuration, environment variables included.
/// </summary>
internal sealed class HostOptions(IServiceProvider services) : IConfigureNamedOptions<ActorCacheOptions>
{
    public void Configure(ActorCacheOptions options) => Configure(Options.DefaultName, options);

    public void Configure(string? name, ActorCacheOptions options)
    {
        var cache = CacheNames.CacheOf(name);
        var hocon = services.GetService<ActorSystem>()?.Settings.Config;
        if (hocon is not null) OptionSources.ReadHocon(options, hocon, cache);
        if (services.GetService<IConfiguration>() is { } configuration)
            OptionSources.ReadHost(options, configuration, cache, CacheNames.Known(services.GetService<CacheNames>(), hocon));
    }
}
