using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>
/// Makes certificates for tests, as PEM files in a folder of its own: of servers and of clients, in order or with a fault. Nobody trusts it but who
/// is given <see cref="CaFile"/>.
/// </summary>
internal sealed class CertificateAuthority : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("certificates-");
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _root;
    private int _issued;

    public CertificateAuthority(string name = "Test CA")
    {
        var request = new CertificateRequest($"CN={name}", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(2));
        CaFile = File("ca.pem");
        System.IO.File.WriteAllText(CaFile, _root.ExportCertificatePem());
    }

    /// <summary>Its own certificate.</summary>
    public string CaFile { get; }

    /// <summary>A certificate and its key, valid for a day before and after now.</summary>
    /// <param name="names">DNS names and addresses it is for.</param>
    /// <param name="validFrom">Another begin, in days from now.</param>
    /// <param name="validTo">Another end, in days from now.</param>
    /// <param name="selfSigned">Not issued by this authority.</param>
    /// <param name="subject">Its subject.</param>
    public (string Certificate, string Key) Issue(string[] names, int validFrom = -1, int validTo = 1, bool selfSigned = false, string subject = "CN=test")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address)) alternatives.AddIpAddress(address);
            else alternatives.AddDnsName(name);
        }
        request.CertificateExtensions.Add(alternatives.Build());
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(validFrom), DateTimeOffset.UtcNow.AddDays(validTo));
        var number = ++_issued;
        using var certificate = selfSigned ? request.CreateSelfSigned(from, to) : request.Create(_root, from, to, BitConverter.GetBytes(number));
        var files = (File($"{number}.pem"), File($"{number}.key"));
        System.IO.File.WriteAllText(files.Item1, certificate.ExportCertificatePem());
        System.IO.File.WriteAllText(files.Item2, key.ExportPkcs8PrivateKeyPem());
        return files;
    }

    /// <summary>A path in its folder, for a test's own file.</summary>
    public string File(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose()
    {
        _root.Dispose();
        _key.Dispose();
        _folder.Delete(recursive: true);
    }
}
