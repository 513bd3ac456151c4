using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests;

/// <summary>Generic hosts with nothing in them but what a test puts there: no files watched, no console written to.</summary>
internal static class Hosts
{
    /// <summary>Settings for a connection string by which a slow machine is not taken for a dead server.</summary>
    public const string Patient = ";connect_timeout=5s;read_timeout=5s;operation_timeout=20s";

    public static IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        add(builder.Services);
        return builder.Build();
    }
}
