using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests;

/// <summary>The real servers the other tests start, where those would not notice.</summary>
public sealed class MemcachedProcessTests
{
    [Fact]
    public void One_that_runs_and_does_not_listen_is_not_left_behind()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            // No port but a file: nobody can connect, and it does not exit.
            var socket = Path.Combine(folder.FullName, "socket");
            Assert.Throws<InvalidOperationException>(() => MemcachedProcess.Start("-p", "0", "-s", socket));
            Assert.True(File.Exists(socket), "It did not run at all.");
            Assert.DoesNotContain(CommandLines(), line => line.Contains(socket, StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> CommandLines()
    {
        foreach (var process in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            string line;
            try
            {
                line = File.ReadAllText($"{process}/cmdline");
            }
            catch (IOException)
            {
                continue; // It ended while it was looked at.
            }
            yield return line;
        }
    }
}
