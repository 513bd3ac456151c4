using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ActorCache.Chaos;

/// <summary>A process of this program's own, for faults that befall a whole process; ended with the row.</summary>
internal sealed class Child : IDisposable
{
    public const int SigKill = 9, SigCont = 18, SigStop = 19;
    private readonly Process _process;
    private readonly CancellationToken _stop;

    private Child(ProcessStartInfo start, CancellationToken stop)
    {
        _process = Process.Start(start)!;
        _stop = stop;
        AppDomain.CurrentDomain.ProcessExit += OnProcessExit;
    }

    public TimeSpan Cpu
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts this program in another part.</summary>
    public static Child Start(Trial trial, params string[] part)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[typeof(Child).Assembly.Location, "--child", .. part]) start.ArgumentList.Add(argument);
        return new Child(start, trial.Stop);
    }

    /// <summary>The next line it writes; empty when it has ended or says nothing for 20 s.</summary>
    public async Task<string> Line()
    {
        try
        {
            return await _process.StandardOutput.ReadLineAsync(_stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), _stop) ?? "";
        }
        catch (TimeoutException)
        {
            return "";
        }
    }

    /// <summary>Tells it a line.</summary>
    public async Task Say(string line)
    {
        await _process.StandardInput.WriteLineAsync(line);
        await _process.StandardInput.FlushAsync(_stop);
    }

    public void Signal(int signal)
    {
        if (!_process.HasExited) _ = kill(_process.Id, signal);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnProcessExit;
        Signal(SigKill);
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private void OnProcessExit(object? sender, EventArgs e) => Signal(SigKill);

    [DllImport("libc", EntryPoint = "kill")]
#pragma warning disable SYSLIB1054, CA5392, IDE1006 // One call of one signature: a source generator and unsafe code would be more to read.
    private static extern int kill(int pid, int signal);
#pragma warning restore SYSLIB1054, CA5392, IDE1006
}
