using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ActorCache;

/// <summary>Says when the host's own configuration was reloaded, which is looked for when somebody asks: it may be registered after the cache.</summary>
internal sealed class HostConfigurationChanges(string optionsName, IServiceProvider services) : IOptionsChangeTokenSource<ActorCacheOptions>
{
    private static readonly IChangeToken Never = new CancellationChangeToken(CancellationToken.None);

    public string Name => optionsName;

    public IChangeToken GetChangeToken() => services.GetService<IConfiguration>()?.GetReloadToken() ?? Never;
}
