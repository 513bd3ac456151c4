using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests;

/// <summary>Generic hosts with nothing in them but what a test puts there: no files watched, no console written to.</summary>
internal static class Hosts
{
    /// <summary>Settings for a connection string by which a slow machine is not taken for a dead server.</summary>
    public const string Patient = ";connect_timeout=5s;read_timeout=5s;operation_timeout=20s";

    public static IHost Build(Action<IServiceCollection> add) => Build(_ => { }, add);

    /// <summary>With a configuration of its own, which the host has as any host has its own.</summary>
    public static IHost Build(Action<IConfigurationBuilder> configure, Action<IServiceCollection> add)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        configure(builder.Configuration);
        add(builder.Services);
        return builder.Build();
    }
}
