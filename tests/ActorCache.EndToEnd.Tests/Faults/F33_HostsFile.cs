using System.Diagnostics;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// F33 with the platform's resolver: a process of its own (<see cref="HostsFileProcess"/>) in a mount namespace, whose hosts file is a file of the
/// test's. That takes root, a user namespace, or sudo without a password; the first that is to be had is taken.
/// </summary>
[Collection(nameof(Alone))]
public sealed class F33_HostsFile
{
    private static readonly string[][] Ways = [["unshare", "--mount"], ["unshare", "--map-root-user", "--mount"], ["sudo", "-n", "unshare", "--mount"]];

    [Fact]
    public async Task A_name_that_moves_moves_no_key_and_one_that_stands_for_servers_is_followed()
    {
        var hosts = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(hosts, "127.0.0.1 localhost\n");
            var way = await FirstThatWorksAsync(hosts);
            var (code, said) = await RunAsync([.. way, "sh", "-c", "mount --bind \"$1\" /etc/hosts && shift && exec \"$@\"", "sh", hosts,
                Environment.ProcessPath!, "exec", typeof(HostsFileProcess).Assembly.Location, HostsFileProcess.Argument, hosts]);
            Assert.True(code == 0, said);
        }
        finally
        {
            File.Delete(hosts);
        }
    }

    private static async Task<string[]> FirstThatWorksAsync(string hosts)
    {
        var refusals = new List<string>();
        foreach (var way in Ways)
        {
            var (code, said) = await RunAsync([.. way, "mount", "--bind", hosts, "/etc/hosts"]);
            if (code == 0) return way;
            refusals.Add($"{string.Join(' ', way)}: {said}");
        }
        throw new InvalidOperationException($"There is no way to a mount namespace here. {string.Join(" ", refusals)}");
    }

    private static async Task<(int Code, string Said)> RunAsync(string[] command)
    {
        var start = new ProcessStartInfo(command[0]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in command[1..]) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var (said, wrong) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            try
            {
                await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
            }
            finally
            {
                if (!process.HasExited) process.Kill();
            }
            return (process.ExitCode, $"{await said}{await wrong}");
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, e.Message);
        }
    }
}
