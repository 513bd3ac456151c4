using System.Diagnostics;
using System.Globalization;
using ActorCache.Placement;

namespace ActorCache.Simulation.Tests;

/// <summary>
/// The control plane and the operations in ten thousand bad days, each out of a seed. <c>SIMULATION_SEED=n</c> tells one day's story,
/// <c>SIMULATION_SEEDS=n</c> runs another number of them, <c>SIMULATION_PLACEMENT_SEEDS=n</c> of those for each placement.
/// </summary>
public class SimulationTests(Xunit.Abstractions.ITestOutputHelper output)
{
    [Fact]
    public void Every_seed_keeps_every_promise()
    {
        if (Number("SIMULATION_SEED") is { } one)
        {
            output.WriteLine(Tell(one));
            return;
        }
        var watch = Stopwatch.StartNew();
        var standIns = 0L;
        Parallel.For(0, Number("SIMULATION_SEEDS") ?? 10_000, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, seed =>
        {
            var simulation = new Simulation(seed);
            try
            {
                Run(simulation);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new BrokenPromiseException($"seed {seed}: {e.Message}\n{Tell(seed)}");
            }
            Interlocked.Add(ref standIns, simulation.StandInHits);
        });
        output.WriteLine($"{watch.Elapsed.TotalSeconds:0} s, {standIns} hits from stand-ins");
        Assert.True(standIns > 0, "no stand-in was ever asked");
    }

    public static TheoryData<string> Placements() =>
        [.. Distribution.Names.Where(name => Distribution.TryFind(name, out var one) && one.Ownership != Ownership.Any)];

    [Theory]
    [MemberData(nameof(Placements))]
    public void Whoever_places_the_keys_every_promise_is_kept(string distribution) => Parallel.For(0, Number("SIMULATION_PLACEMENT_SEEDS") ?? 100, seed =>
    {
        var simulation = new Simulation(seed, configure: options => (options.Distribution, options.HashTags) = (distribution, seed % 2 == 0));
        try
        {
            Run(simulation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new BrokenPromiseException($"{distribution}, seed {seed}: {e.Message}");
        }
    });

    [Fact]
    public void A_seed_tells_the_same_story_every_time()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var (one, other) = (new Simulation(seed, trace: true), new Simulation(seed, trace: true));
            Run(one);
            Run(other);
            Assert.Equal(one.Summary, other.Summary);
            Assert.Equal(one.Story, other.Story);
        }
    }

    [Theory]
    [InlineData("ketama")]
    [InlineData("replicated")]
    public void Without_the_journal_stale_values_are_found(string distribution) => Assert.Contains(Enumerable.Range(0, 200), seed =>
    {
        try
        {
            Run(new Simulation(seed, configure: options => (options.Distribution, options.OnRejoin) = (distribution, OnRejoin.Admit)));
            return false;
        }
        catch (BrokenPromiseException fault) when (fault.Message.Contains("had been acknowledged before", StringComparison.Ordinal))
        {
            return true;
        }
    });

    // Continuations stay on this thread only where nobody else schedules them.
    private static void Run(Simulation simulation)
    {
        var context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            simulation.Run();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    private static string Tell(int seed)
    {
        var simulation = new Simulation(seed, trace: true);
        try
        {
            Run(simulation);
            return simulation.Story + simulation.Summary;
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            var story = simulation.Story;
            return $"{story[Math.Max(0, story.Length - (Number("SIMULATION_STORY") ?? 20_000))..]}FAULT: {fault.Message}";
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
