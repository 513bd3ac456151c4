using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ActorCache.Transport;

/// <summary>Says for a log what is wrong with a server's certificate, and what helps. What stands in the certificate is the server's own word, and is cut short.</summary>
internal static class CertificateFault
{
    private const int Shown = 100;

    public static string Of(X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors, string name)
    {
        if (shown is not X509Certificate2 certificate || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "it shows no certificate";
        var faults = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            faults.Add($"its certificate is for {NamesOf(certificate)}, not for \"{name}\": correct Servers, or set TlsServerName");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) faults.AddRange(OfChain(certificate, chain));
        return faults.Count > 0 ? string.Join("; ", faults) : "its certificate is refused by ConfigureTls";
    }

    private static IEnumerable<string> OfChain(X509Certificate2 certificate, X509Chain? chain)
    {
        foreach (var element in chain?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            if (!element.ChainElementStatus.Any(status => status.Status == X509ChainStatusFlags.NotTimeValid)) continue;
            var one = element.Certificate;
            yield return one.NotBefore > DateTime.Now
                ? $"the certificate of {Plain(one.Subject)} is not yet valid, until {Text(one.NotBefore)}: is this machine's clock right?"
                : $"the certificate of {Plain(one.Subject)} has expired, at {Text(one.NotAfter)}: renew it";
        }
        var others = (chain?.ChainStatus ?? []).Where(status => status.Status is not (X509ChainStatusFlags.NoError or X509ChainStatusFlags.NotTimeValid)).ToList();
        if (others.Any(status => (status.Status & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0))
            yield return $"its certificate is not trusted: whoever issued it, {Plain(certificate.Issuer)}, belongs into TlsCaFile";
        else if (others.Count > 0)
            yield return $"its certificate is not trusted: {string.Join(", ", others.Select(status => status.Status))}";
    }

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(names => names.EnumerateDnsNames().Concat(names.EnumerateIPAddresses().Select(address => address.ToString()))).ToList();
        return names.Count > 0 ? Plain(string.Join(", ", names)) : Plain(certificate.Subject);
    }

    private static string Text(DateTime local) => local.ToUniversalTime().ToString("u", CultureInfo.InvariantCulture);

    // A line end in a name would be a log line of the server's own.
    private static string Plain(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text.Length > Shown ? text.AsSpan(0, Shown) : text) plain.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c);
        return plain.Append(text.Length > Shown ? "..." : "").ToString();
    }
}
