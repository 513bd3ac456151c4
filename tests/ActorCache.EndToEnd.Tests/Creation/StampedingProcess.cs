using System.Diagnostics;
using System.Text.Json;

namespace ActorCache.EndToEnd.Tests.Creation;

/// <summary>A <see cref="Stampeder"/> in a process of its own, ended with the test.</summary>
internal sealed class StampedingProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _said = [];

    private StampedingProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Started, connected, and waiting for <see cref="Go"/>.</summary>
    public static async Task<StampedingProcess> StartAsync(string servers, string key, int callers, int creation)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])["exec", typeof(Stampeder).Assembly.Location, Stampeder.Argument, servers, key, $"{callers}", $"{creation}"])
            start.ArgumentList.Add(argument);
        var process = new StampedingProcess(Process.Start(start)!);
        try
        {
            await process.Until(Stampeder.Ready);
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    public void Go()
    {
        _process.StandardInput.WriteLine("go");
        _process.StandardInput.Flush();
    }

    /// <summary>Completes when it has said this line.</summary>
    public async Task Until(string line)
    {
        while (await NextAsync() != line) { }
    }

    /// <summary>What it counted, once it has.</summary>
    public async Task<Stampeder.Count> CountedAsync()
    {
        while (true)
        {
            if (await NextAsync() is ['{', ..] count) return JsonSerializer.Deserialize<Stampeder.Count>(count)!;
        }
    }

    /// <summary><c>kill -9</c>, by its pid.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        if (!_process.HasExited) Kill();
        _process.Dispose();
    }

    private async Task<string> NextAsync()
    {
        var line = await _process.StandardOutput.ReadLineAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromMinutes(1))
            ?? throw new InvalidOperationException($"Process {Id} ended after \"{string.Join("; ", _said)}\".");
        _said.Add(line);
        return line;
    }
}
