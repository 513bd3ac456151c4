using Microsoft.Extensions.Configuration;

namespace ActorCache.EndToEnd.Tests.Hosting;

/// <summary>A source of configuration that a test changes while the host runs.</summary>
internal sealed class Reloadable : ConfigurationProvider, IConfigurationSource
{
    public string this[string key]
    {
        set => Set(key, value);
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    public void Reload() => OnReload();
}
