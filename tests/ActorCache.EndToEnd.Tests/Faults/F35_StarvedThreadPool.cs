using System.Diagnostics;
using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// F35: the application blocks every thread of its pool. It is played in a process of its own (<see cref="StarvedProcess"/>), because it
/// would starve every other test of this one; the servers are real, in processes of their own, so that they are never silent.
/// </summary>
[Collection(nameof(Alone))]
public sealed class F35_StarvedThreadPool
{
    [Fact]
    public async Task Servers_are_not_suspected_by_a_process_that_has_no_threads_and_calls_go_on_when_it_has()
    {
        using var first = MemcachedProcess.Start();
        using var second = MemcachedProcess.Start();
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["exec", typeof(StarvedProcess).Assembly.Location, StarvedProcess.Argument, $"{first.Address},{second.Address}"])
            start.ArgumentList.Add(argument);
        using var starved = Process.Start(start)!;
        var (said, wrong) = (starved.StandardOutput.ReadToEndAsync(), starved.StandardError.ReadToEndAsync());
        try
        {
            await starved.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(2));
        }
        finally
        {
            if (!starved.HasExited) starved.Kill();
        }
        Assert.True(starved.ExitCode == 0, $"{await said}{await wrong}");
    }
}
