using System.Diagnostics;

namespace ActorCache.Chaos;

/// <summary>Runs the rows one after the other, each in its own servers and hosts, judges them, and says what they came to.</summary>
internal sealed class ChaosRun(ChaosArguments arguments)
{
    private long _unobserved;

    /// <summary>The exit code.</summary>
    public async Task<int> RunAsync(CancellationToken interrupted)
    {
        if (arguments.Child.Count > 0) return await ChildParts.RunAsync(arguments.Child, interrupted);
        if (arguments.List || arguments.ListSabotage)
        {
            foreach (var name in arguments.List ? Catalogue.Rows.Select(row => row.Name) : Sabotages.Rows.Keys) Console.WriteLine(name);
            return 0;
        }

        var chosen = Catalogue.Rows.Where(row => arguments.Sabotage is { } bug ? Sabotages.Rows[bug].Contains(row.Name)
            : arguments.Only.Count == 0 || arguments.Only.Contains(row.Name)).ToList();
        await Console.Error.WriteLineAsync($"{(arguments.Full ? "full" : "quick")} run, seed {arguments.Seed}{(arguments.Sabotage is { } planted ? $", with {planted} planted" : "")}");
        TaskScheduler.UnobservedTaskException += (_, _) => Interlocked.Increment(ref _unobserved);

        var rows = new List<Row>();
        using var heart = new HeartBeat();
        await using (var progress = new Progress())
        {
            if (!arguments.Json) Console.WriteLine(Table.Head);
            foreach (var scenario in chosen)
            {
                if (interrupted.IsCancellationRequested) break;
                var row = await RunAsync(scenario, heart, progress, interrupted);
                rows.Add(row);
                if (!arguments.Json) Console.WriteLine(Table.Line(row));
                foreach (var example in row.IsOk ? [] : row.Examples) await Console.Error.WriteLineAsync($"    {row.Fault}: {example}");
            }
        }
        if (arguments.Json) Console.WriteLine(Table.AsJson(rows));
        if (arguments.Sabotage is not null)
        {
            var noticed = rows.Any(row => row.OracleSaw);
            await Console.Error.WriteLineAsync(noticed ? "The planted bug was noticed." : "THE PLANTED BUG WAS NOT NOTICED.");
            return noticed ? 1 : 0;
        }
        return rows.Count == chosen.Count && rows.All(row => row.IsOk) ? 0 : 1;
    }

    private async Task<Row> RunAsync(Scenario scenario, HeartBeat heart, Progress progress, CancellationToken interrupted)
    {
        Collect();
        heart.ForgetPeak();
        var before = Environment.WorkingSet;
        var since = Stopwatch.GetTimestamp();
        var unobserved = Volatile.Read(ref _unobserved);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(interrupted);
        var trial = new Trial(scenario.Name, arguments.Full, arguments.Seed, heart, stop.Token);
        progress.At(trial);
        try
        {
            var limit = scenario.Limit(arguments.Full);
            stop.CancelAfter(limit);
            // A call that never ends would hold up its row for ever: then the row goes on without it, and says so.
            await scenario.RunAsync(trial).WaitAsync(limit + TimeSpan.FromSeconds(10), CancellationToken.None);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            trial.Bar(false, interrupted.IsCancellationRequested ? "interrupted" : $"not over within {scenario.Limit(arguments.Full).TotalSeconds:0} s");
        }
        catch (Exception e)
        {
            trial.Bar(false, $"the row itself failed: {e.GetType().Name}: {e.Message} {e.StackTrace?.Split('\n').FirstOrDefault(line => line.Contains("Faults", StringComparison.Ordinal))?.Trim()}");
        }
        await Task.WhenAny(trial.DisposeAsync().AsTask(), trial.Pause(30_000, CancellationToken.None));
        // What nobody awaited comes to light when it is collected.
        Collect();
        return Judge(scenario, trial, Volatile.Read(ref _unobserved) - unobserved, (heart.Peak - before) / 1e6, Stopwatch.GetElapsedTime(since));
    }

    private static Row Judge(Scenario scenario, Trial trial, long unobserved, double peakMb, TimeSpan took)
    {
        var seen = trial.Ledger;
        var missed = new List<string>(trial.Missed);
        if (seen.Wrong > 0) missed.Add($"{seen.Wrong} wrong, bar 0");
        if (trial.StaleExpected ? seen.Stale == 0 : seen.Stale > 0) missed.Add($"{seen.Stale} stale, bar {(trial.StaleExpected ? "above 0" : "0")}");
        var hung = seen.Hung + seen.Open;
        if (hung > 0) missed.Add($"{hung} hung, {seen.Open} of them for ever, bar 0");
        if (seen.Threw > 0) missed.Add($"{seen.Threw} unexpected exceptions, bar 0");
        if (seen.Failed > 0 && !trial.FailuresExpected)
            missed.Add($"{seen.Failed} failed ({string.Join(", ", seen.Failures.Select(kind => $"{kind.Value} {kind.Key}"))}), bar 0");
        if (unobserved > 0) missed.Add($"{unobserved} unobserved exceptions, bar 0");
        return new Row(scenario.Name, scenario.What, seen.Calls, seen.Failed, seen.Wrong, seen.Stale, hung,
            trial.EjectMs, trial.RerouteMs, trial.RejoinMs, Math.Max(0, peakMb), seen.Threw + unobserved, took.TotalSeconds, trial.Note, [.. seen.Notes],
            missed.Count == 0 ? "ok" : $"MISSED: {string.Join("; ", missed)}");
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }
}
