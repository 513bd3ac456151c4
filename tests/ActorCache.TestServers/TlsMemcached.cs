namespace ActorCache.TestServers;

/// <summary>Real memcached that speak TLS (<c>-Z</c>), and the authority that makes their certificates for this process.</summary>
public static class TlsMemcached
{
    /// <summary>Whom their clients have to trust.</summary>
    public static CertificateAuthority Authority { get; } = ForThisProcess();

    /// <summary>Starts one with this certificate; by default one that is in order.</summary>
    public static MemcachedProcess Start((string Certificate, string Key)? own = null, params string[] arguments)
    {
        var (certificate, key) = own ?? Authority.Issue(["127.0.0.1", "localhost"]);
        return MemcachedProcess.Start(["-Z", "-o", $"ssl_chain_cert={certificate},ssl_key={key}", .. arguments]);
    }

    private static CertificateAuthority ForThisProcess()
    {
        var authority = new CertificateAuthority();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => authority.Dispose();
        return authority;
    }
}
