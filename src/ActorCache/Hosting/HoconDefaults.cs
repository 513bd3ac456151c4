using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>What the host's own HOCON says under <c>actor-cache</c>, beneath everything that is configured elsewhere.</summary>
internal sealed class HoconDefaults(IServiceProvider services) : IConfigureOptions<ActorCacheOptions>
{
    public void Configure(ActorCacheOptions options)
    {
        if (services.GetService<ActorSystem>() is { } system) OptionSources.ReadHocon(options, system.Settings.Config, ActorCacheExtension.DefaultName);
    }
}
