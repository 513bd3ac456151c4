using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace ActorCache;

/// <summary>Says when the host's own configuration was reloaded, if it has one.</summary>
internal sealed class HostConfigurationChanges(string optionsName, IConfiguration? configuration) : IOptionsChangeTokenSource<ActorCacheOptions>
{
    private static readonly IChangeToken Never = new CancellationChangeToken(CancellationToken.None);

    public string Name => optionsName;

    public IChangeToken GetChangeToken() => configuration?.GetReloadToken() ?? Never;
}
