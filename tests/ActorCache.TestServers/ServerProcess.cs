using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ActorCache.TestServers;

/// <summary>
/// A server in a process of its own, on a loopback port of its own, to be killed, stopped and restarted. It is ended by the pid it was started
/// with, when it is disposed of, or else when this process exits.
/// </summary>
internal sealed class ServerProcess : IDisposable
{
    private const int SigKill = 9, SigCont = 18, SigStop = 19;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly ReservedPort _port = new();
    private readonly string _command;
    private readonly string[] _arguments;
    private readonly (string Name, string Value)[] _environment;
    private Process _process;

    /// <summary>Starts it; it accepts connections when this returns.</summary>
    /// <param name="command">The program; its Debian package has the same name.</param>
    /// <param name="arguments">What to tell it, given its port.</param>
    /// <param name="environment">What it finds in its environment, besides what is in ours.</param>
    /// <exception cref="InvalidOperationException">It is not on this machine, or does not listen.</exception>
    public ServerProcess(string command, Func<int, string[]> arguments, params (string Name, string Value)[] environment)
    {
        (_command, _environment) = (command, environment);
        try
        {
            _arguments = arguments(Port);
            _process = Launch();
        }
        catch
        {
            _port.Dispose();
            throw;
        }
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    /// <summary>The port, the same through restarts.</summary>
    public int Port => _port.Number;

    /// <summary><c>kill -9</c>: connections are reset, new ones refused.</summary>
    public void Kill()
    {
        if (_process.HasExited) return;
        Signal(SigKill);
        _process.WaitForExit();
    }

    /// <summary><c>kill -STOP</c>: the kernel still accepts connections, and nobody answers on them.</summary>
    public void Stop()
    {
        Signal(SigStop);
        // The signal arrives a moment later, thread by thread: until then it may still answer.
        SpinWait.SpinUntil(() => _process.HasExited || IsStopped(), Patience);
    }

    /// <summary><c>kill -CONT</c>: it goes on, and carries out what has arrived meanwhile.</summary>
    public void Continue() => Signal(SigCont);

    /// <summary>Starts it again on the same port after it was killed; kills it first if it was not.</summary>
    public void Restart()
    {
        Kill();
        var dead = _process;
        _process = Launch(); // If it throws, the dead one is still there to be disposed of.
        dead.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Kill();
        _process.Dispose();
        _port.Dispose();
    }

    private void OnProcessExit(object? sender, EventArgs e) => Kill();

    private Process Launch()
    {
        var start = new ProcessStartInfo(_command) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in _arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in _environment) start.Environment[name] = value;

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new InvalidOperationException($"{_command} cannot be started; on Debian: apt-get install {Path.GetFileName(_command)}.", e);
        }
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        if (SpinWait.SpinUntil(() => process.HasExited || Accepts(), Patience) && !process.HasExited) return process;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        throw new InvalidOperationException($"{_command} does not listen on port {Port} within {Patience.TotalSeconds} s.");
    }

    private bool Accepts()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // "pid (name) state ...", where a name may hold anything; T is stopped. Without a /proc nobody can tell.
    private bool IsStopped() => !Directory.Exists($"/proc/{_process.Id}/task") || Directory.GetDirectories($"/proc/{_process.Id}/task")
        .Select(thread => File.ReadAllText($"{thread}/stat"))
        .All(stat => stat[stat.LastIndexOf(')') + 2] == 'T');

    private void Signal(int signal)
    {
        if (!_process.HasExited) _ = kill(_process.Id, signal);
    }

    [DllImport("libc", EntryPoint = "kill")]
#pragma warning disable SYSLIB1054, CA5392, IDE1006 // One call of one signature: a source generator and unsafe code would be more to read.
    private static extern int kill(int pid, int signal);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
