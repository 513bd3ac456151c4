using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ActorCache.Transport;

/// <summary>Makes the platform's options of ours: reads the certificate files, and says which one cannot be read.</summary>
internal static class TlsFiles
{
    public static async Task<SslClientAuthenticationOptions> ReadAsync(TlsOptions tls, ServerEndPoint server, CancellationToken ct)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.ServerName ?? server.Host,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            AllowRenegotiation = false,
            // A certificate may name where its issuer is to be had. Whoever sends it would have us dial there, and wait.
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck },
        };
        if (tls.CaFile is { } ca) Trust(options.CertificateChainPolicy, await ReadAsync(nameof(tls.CaFile), ca, Certificates, ct).ConfigureAwait(false));
        if (tls.CertificateFile is { } own)
        {
            var key = tls.KeyFile is { } file ? await ReadAsync(nameof(tls.KeyFile), file, text => text, ct).ConfigureAwait(false) : null;
            options.ClientCertificateContext = await ReadAsync(nameof(tls.CertificateFile), own, text => Own(text, key ?? text), ct).ConfigureAwait(false);
        }
        tls.Configure?.Invoke(options);
        return options;
    }

    private static async Task<T> ReadAsync<T>(string option, string file, Func<string, T> read, CancellationToken ct)
    {
        try
        {
            return read(await File.ReadAllTextAsync(file, ct).ConfigureAwait(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new ConnectException(new ConnectionClosed(CloseReason.CertificateRejected, $"Tls{option} \"{file}\" cannot be used: {e.Message}"), e);
        }
    }

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("there is no certificate in it.");
    }

    private static void Trust(X509ChainPolicy policy, X509Certificate2Collection certificates)
    {
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(certificates);
        policy.ExtraStore.AddRange(certificates); // What is no root there can still lead to one.
    }

    private static SslStreamCertificateContext Own(string pem, string key)
    {
        var certificates = Certificates(pem);
        var own = X509Certificate2.CreateFromPem(pem, key);
        // Windows does not use a key that was never in one of its stores.
        if (OperatingSystem.IsWindows()) own = X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), null);
        return SslStreamCertificateContext.Create(own, certificates, offline: true);
    }
}
