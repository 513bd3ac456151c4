using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// What servers are told who ask who is there. Asked at every dial, so that a password that has been changed, in its file or in a reloaded
/// configuration, is used without a restart.
/// </summary>
internal sealed class CredentialSource(ActorCacheOptions options)
{
    private volatile ActorCacheOptions _options = options;

    /// <summary>The options that this follows.</summary>
    public static IReadOnlyCollection<string> Names { get; } =
        [nameof(ActorCacheOptions.Username), nameof(ActorCacheOptions.Password), nameof(ActorCacheOptions.PasswordFile)];

    /// <summary>From now on, these.</summary>
    public void Use(ActorCacheOptions options) => _options = options;

    /// <summary>User and password, or null when there are none.</summary>
    /// <exception cref="ConnectException">The file cannot be read, or holds no password.</exception>
    public async Task<Credentials?> ReadAsync(CancellationToken ct)
    {
        var now = _options;
        if (string.IsNullOrEmpty(now.Username)) return null;
        if (string.IsNullOrEmpty(now.PasswordFile)) return new Credentials(now.Username, now.Password);
        try
        {
            var password = (await File.ReadAllTextAsync(now.PasswordFile, ct).ConfigureAwait(false)).TrimEnd('\r', '\n');
            return ClassicRequests.IsCredential(password)
                ? new Credentials(now.Username, password)
                : throw Unusable("it does not hold one line without spaces and control characters");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw Unusable(e.Message);
        }

        ConnectException Unusable(string why) => new(new ConnectionClosed(CloseReason.AuthenticationFailed, $"PasswordFile \"{now.PasswordFile}\" cannot be used: {why}"));
    }
}
