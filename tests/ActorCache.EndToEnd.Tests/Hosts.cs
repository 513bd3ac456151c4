using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests;

/// <summary>Generic hosts with nothing in them but what a test puts there: no files watched, no console written to.</summary>
internal static class Hosts
{
    public static IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        add(builder.Services);
        return builder.Build();
    }
}
