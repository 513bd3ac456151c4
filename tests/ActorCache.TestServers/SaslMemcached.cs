using System.Diagnostics;

namespace ActorCache.TestServers;

/// <summary>
/// A real memcached that demands SASL (<c>-S</c>), and so speaks binary alone, on a loopback port of its own. Its users are in a database of Cyrus SASL
/// that <c>saslpasswd2</c> writes. Debian's memcached finds both through <c>SASL_CONF_PATH</c>, the folder of a <c>memcached.conf</c>.
/// </summary>
public sealed class SaslMemcached : ICacheServer
{
    // Debian puts it where only root's PATH leads.
    private static readonly string SetPasswordCommand = File.Exists("/usr/sbin/saslpasswd2") ? "/usr/sbin/saslpasswd2" : "saslpasswd2";
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sasl-");
    private readonly ServerProcess _process;

    private SaslMemcached(string username, string password, string[] arguments)
    {
        try
        {
            File.WriteAllText(Path.Combine(_folder.FullName, "memcached.conf"), $"mech_list: plain\nsasldb_path: {Database}\n");
            SetPassword(username, password);
            _process = new ServerProcess("memcached",
                port => ["-u", Environment.UserName, "-l", "127.0.0.1", "-p", $"{port}", "-U", "0", "-t", "1", "-S", .. arguments], ("SASL_CONF_PATH", _folder.FullName));
        }
        catch
        {
            _folder.Delete(recursive: true);
            throw;
        }
    }

    /// <inheritdoc />
    public string Address => $"127.0.0.1:{_process.Port}";

    /// <inheritdoc />
    public IReadOnlyList<string> Stores => [Address];

    private string Database => Path.Combine(_folder.FullName, "users");

    /// <summary>Starts one with one user; it accepts connections when this returns.</summary>
    /// <exception cref="InvalidOperationException">Something is missing; on Debian: <c>apt-get install memcached sasl2-bin libsasl2-modules</c>.</exception>
    public static SaslMemcached Start(string username, string password, params string[] arguments) => new(username, password, arguments);

    /// <summary>Gives a user this password, from the next one who says his name on.</summary>
    public void SetPassword(string username, string password)
    {
        var start = new ProcessStartInfo(SetPasswordCommand, ["-a", "memcached", "-c", "-p", "-f", Database, username]) { RedirectStandardInput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException("saslpasswd2 cannot be started; on Debian: apt-get install sasl2-bin.", e);
        }
        using (process)
        {
            process.StandardInput.Write(password);
            process.StandardInput.Close();
            var said = process.StandardError.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) throw new InvalidOperationException($"saslpasswd2 failed: {said}");
        }
    }

    /// <inheritdoc />
    public void Kill() => _process.Kill();

    /// <inheritdoc />
    public void Hang() => _process.Stop();

    /// <inheritdoc />
    public void Resume() => _process.Continue();

    /// <inheritdoc />
    public void Restart() => _process.Restart();

    /// <inheritdoc />
    public void Dispose()
    {
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
