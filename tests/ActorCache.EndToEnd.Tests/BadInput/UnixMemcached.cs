using System.Diagnostics;
using System.Net.Sockets;

namespace ActorCache.EndToEnd.Tests.BadInput;

/// <summary>A real memcached that listens on a Unix socket alone.</summary>
internal sealed class UnixMemcached : IDisposable
{
    private readonly Process _process;
    private readonly string _path;

    private UnixMemcached(Process process, string path) => (_process, _path) = (process, path);

    public static UnixMemcached Start(string path)
    {
        var start = new ProcessStartInfo("memcached") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["-u", Environment.UserName, "-s", path, "-U", "0", "-t", "1"]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        Assert.True(SpinWait.SpinUntil(() => Accepts(path), Patience.Limit), $"memcached does not listen on {path}.");
        return new UnixMemcached(process, path);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_path);
    }

    private static bool Accepts(string path)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
