using System.Net.Security;

namespace ActorCache.Transport;

/// <summary>
/// How TLS is spoken to a server: 1.2 or later, with the platform's validation of the certificate and of its name. The files are PEM, and are read
/// anew at every dial, so that renewed ones are used without a restart.
/// </summary>
public sealed record TlsOptions
{
    /// <summary>What the server's certificate must be for. Default null: the host, name or address, as it is configured.</summary>
    public string? ServerName { get; init; }

    /// <summary>The certificates that are trusted instead of the machine's roots. Default null: the machine's roots.</summary>
    public string? CaFile { get; init; }

    /// <summary>Our own certificate, for servers that ask for one; what follows it in the file is sent along. Default null: none.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>The key of <see cref="CertificateFile"/>. Default null: it is in that file too.</summary>
    public string? KeyFile { get; init; }

    /// <summary>
    /// Has the last word on each dial's options, for what files cannot say: a certificate from a store, an own validation, revocation lists. Default
    /// null.
    /// </summary>
    public Action<SslClientAuthenticationOptions>? Configure { get; init; }
}
