using System.Diagnostics;
using ActorCache.TestServers;
using Xunit.Abstractions;

namespace ActorCache.EndToEnd.Tests.Creation;

/// <summary>A thousand callers in four processes want one value that is not there, from a pool of real servers.</summary>
[Collection(nameof(Alone))]
public sealed class StampedeTests(ITestOutputHelper output)
{
    private const int Processes = 4;
    private const int CallersEach = 250;
    private const int Never = -1;

    [Fact]
    public async Task A_thousand_callers_in_four_processes_on_one_cold_key_make_one_creation()
    {
        using var pool = new RealPool();
        using var all = new Herd();
        await all.AddAsync(Processes, pool.Servers, "cold", creation: 500);
        all.Go();
        var counts = await all.CountedAsync();
        Tell(counts);
        Assert.Equal(1, counts.Sum(count => count.Creations));
        Assert.Equal(Processes * CallersEach, counts.Sum(count => count.Callers));
        Assert.StartsWith("created by ", Assert.Single(counts.SelectMany(count => count.Values).Distinct()), StringComparison.Ordinal);
        Assert.All(counts.SelectMany(count => count.Outcomes.Keys), outcome => Assert.True(outcome is nameof(CacheOutcome.Stored) or nameof(CacheOutcome.Hit), outcome));
    }

    [Fact]
    public async Task When_the_process_that_creates_is_killed_the_next_one_takes_over_within_its_lease()
    {
        using var pool = new RealPool();
        using var all = new Herd();
        await all.AddAsync(1, pool.Servers, "cold", Never);
        await all.AddAsync(Processes - 1, pool.Servers, "cold", creation: 0);
        var winner = all[0];
        winner.Go();
        await winner.Until(Stampeder.Creating);
        var since = Stopwatch.StartNew();
        all.Go(from: 1);
        winner.Kill();

        var counts = await all.CountedAsync(from: 1);
        since.Stop();
        Tell(counts);
        output.WriteLine($"The killed one's value was there from another after {since.Elapsed.TotalSeconds:f1} s; its lease was {Stampeder.Lease.TotalSeconds} s.");
        Assert.Equal(1, counts.Sum(count => count.Creations));
        Assert.Equal((Processes - 1) * CallersEach, counts.Sum(count => count.Callers));
        Assert.DoesNotContain($"created by {winner.Id}", Assert.Single(counts.SelectMany(count => count.Values).Distinct()), StringComparison.Ordinal);
        // What the processes take to end, and a busy machine, come on top.
        Assert.InRange(since.Elapsed, TimeSpan.Zero, Stampeder.Lease + TimeSpan.FromSeconds(10));
    }

    private void Tell(IEnumerable<Stampeder.Count> counts)
    {
        foreach (var count in counts) output.WriteLine(count.ToString());
    }

    private sealed class RealPool : IDisposable
    {
        private readonly MemcachedProcess[] _servers = [MemcachedProcess.Start(), MemcachedProcess.Start(), MemcachedProcess.Start()];

        public string Servers => string.Join(',', _servers.Select(server => server.Address));

        public void Dispose() => Array.ForEach(_servers, server => server.Dispose());
    }

    private sealed class Herd : IDisposable
    {
        private readonly List<StampedingProcess> _all = [];

        public StampedingProcess this[int index] => _all[index];

        public async Task AddAsync(int processes, string servers, string key, int creation)
        {
            var starting = Enumerable.Range(0, processes).Select(_ => StampedingProcess.StartAsync(servers, key, CallersEach, creation)).ToList();
            try
            {
                await Task.WhenAll(starting);
            }
            finally
            {
                _all.AddRange(starting.Where(process => process.IsCompletedSuccessfully).Select(process => process.Result));
            }
        }

        public void Go(int from = 0)
        {
            foreach (var process in _all.Skip(from)) process.Go();
        }

        public Task<Stampeder.Count[]> CountedAsync(int from = 0) => Task.WhenAll(_all.Skip(from).Select(process => process.CountedAsync()));

        public void Dispose() => _all.ForEach(process => process.Dispose());
    }
}
