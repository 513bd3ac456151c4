using System.Diagnostics;

namespace ActorCache.EndToEnd.Tests.Interop;

/// <summary>Runs a script of this folder to its end, in another language's interpreter.</summary>
internal static class Script
{
    // Debian's own: its packages of the clients belong to no other.
    private const string Python = "/usr/bin/python3";
    private const string Php = "/usr/bin/php";

    /// <summary>What the script printed, line by line.</summary>
    public static async Task<string[]> RunAsync(string script, int port, params string[] arguments)
    {
        var start = new ProcessStartInfo(script.EndsWith(".php", StringComparison.Ordinal) ? Php : Python)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Interop", script), $"{port}", .. arguments]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        try
        {
            var errors = process.StandardError.ReadToEndAsync();
            var lines = await process.StandardOutput.ReadToEndAsync().Patiently();
            await process.WaitForExitAsync().Patiently();
            Assert.True(process.ExitCode == 0, $"{script} {string.Join(' ', arguments)}: {await errors}");
            return lines.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
