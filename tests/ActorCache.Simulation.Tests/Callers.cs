using System.Globalization;
using System.Text;
using ActorCache.Placement;

namespace ActorCache.Simulation.Tests;

/// <summary>
/// The application: one writer a key, so that the order of its writes is known, and readers for all; and the judge of what they are told. A
/// value is <c>key|version</c>. A read must not give a version below the last one acknowledged before it began, nor anything after an
/// acknowledged delete but what was written since; a write nobody acknowledged may show, or not, until the next one is acknowledged.
/// </summary>
internal sealed class Callers(Simulation simulation, IActorCache cache)
{
    private const int Readers = 2;
    private static readonly TimeSpan Grace = TimeSpan.FromMilliseconds(150); // ticks of waiting rooms and deadlines
    private readonly Dictionary<string, long> _acknowledged = Keys.ToDictionary(key => key, _ => 0L);
    private readonly Dictionary<string, bool> _deleted = Keys.ToDictionary(key => key, _ => false);
    private readonly Dictionary<string, long> _begun = Keys.ToDictionary(key => key, _ => 0L);
    private int _running;
    private bool _stopped;

    public static string[] Keys { get; } = [.. Enumerable.Range(0, 10).Select(i => $"key-{i}")];

    public int Calls { get; private set; }

    public int Hits { get; private set; }

    public int StandInHits { get; private set; }

    public int Failed { get; private set; }

    public void Start()
    {
        foreach (var key in Keys) Guard(Write(key));
        for (var i = 0; i < Readers; i++) Guard(Read());

        async void Guard(Task caller)
        {
            try
            {
                await caller;
            }
            catch (Exception e)
            {
                simulation.Fault ??= e;
            }
        }
    }

    public void Stop() => _stopped = true;

    public void ExpectAllEnded()
    {
        if (_running > 0) throw new BrokenPromiseException($"{_running} callers never came back.");
    }

    /// <summary>The rule behind it all: whatever a server holds that is older than what was acknowledged, the journal does not trust.</summary>
    public void ExpectNothingStaleIsTrusted(ControlPlane control, IReadOnlyDictionary<string, SimServer> servers)
    {
        if (simulation.Options.OnRejoin == OnRejoin.Admit) return;
        foreach (var route in control.Table.Servers)
        {
            // Whoever has never been met has no value of ours; whoever is met again is asked about what it held.
            var server = servers[route.Name];
            foreach (var key in Keys)
            {
                if (server.Peek(key) is not { } value || !IsTooOld(key, value, _acknowledged[key], _deleted[key])) continue;
                // A write that replaces it is on its way, or its connection has just ended and will say so before there is another.
                if (route.Live is SimConnection live && (live.IsWriting(key) || live is { IsOpen: false, Completion.IsCompleted: false })) continue;
                // Where all hold everything, whoever was away is dealt with when it comes to serve again.
                if (!route.IsServing && control.Table.Ring.Ownership == Ownership.All) continue;
                if (route.Live is null && control.Table.Departed.ContainsKey(route.Name)) continue;
                if (control.Journal.StandingOf(Encoding.UTF8.GetBytes(key), route.Id) == Standing.Sound)
                    throw new BrokenPromiseException($"{route.Name} ({route.Health.State}) holds {value}, older than {_acknowledged[key]}, and the journal trusts it.");
            }
        }
    }

    private async Task Write(string key)
    {
        _running++;
        while (!_stopped)
        {
            await simulation.Time.Pause(simulation.Upto(TimeSpan.FromMilliseconds(simulation.Chance(0.2) ? 2_000 : 200)));
            var version = ++_begun[key];
            var value = $"{key}|{version}";
            var began = simulation.Time.Now;
            var what = simulation.Below(20);
            simulation.Trace($"{key}: {(what < 4 ? "delete" : what < 6 ? "add" : what < 7 ? "replace" : "set")} {version}");
            var cancellation = new CancellationTokenSource(); // without a timer it holds nothing to dispose of
            if (what is 7 or 8) simulation.Time.After(simulation.Upto(TimeSpan.FromMilliseconds(3)), cancellation.Cancel);
            try
            {
                var result = what switch
                {
                    < 4 => await cache.DeleteAsync(key),
                    < 6 => await cache.StoreAsync(key, value, new StoreOptions { Mode = StoreMode.Add }),
                    < 7 => await cache.StoreAsync(key, value, new StoreOptions { Mode = StoreMode.Replace }),
                    _ => await cache.SetAsync(key, value, ct: cancellation.Token),
                };
                Ended(began, $"{key}: {result.Outcome} {version} by {result.Server}");
                if (result.Outcome == CacheOutcome.Stored || (what < 4 && result.Outcome == CacheOutcome.NotFound))
                {
                    _acknowledged[key] = version;
                    _deleted[key] = what < 4;
                }
                else if (result.Outcome is CacheOutcome.Unavailable or CacheOutcome.TimedOut) Failed++;
            }
            catch (OperationCanceledException)
            {
                Ended(began, $"{key}: cancelled {version}");
            }
        }
        _running--;
    }

    private async Task Read()
    {
        _running++;
        while (!_stopped)
        {
            await simulation.Time.Pause(simulation.Upto(TimeSpan.FromMilliseconds(60)));
            var key = Keys[simulation.Below(Keys.Length)];
            var (acknowledged, deleted, began) = (_acknowledged[key], _deleted[key], simulation.Time.Now);
            var result = await cache.GetAsync<string>(key);
            Ended(began, $"{key}: {result.Outcome} {result.Value} by {result.Server}{(result.FromStandIn ? ", a stand-in" : "")}");
            if (result.IsHit)
            {
                Hits++;
                if (result.FromStandIn) StandInHits++;
                if (!result.Value!.StartsWith($"{key}|", StringComparison.Ordinal)) throw new BrokenPromiseException($"{key} got {result.Value}");
                if (IsTooOld(key, result.Value, acknowledged, deleted))
                    throw new BrokenPromiseException($"{key} got {result.Value} from {result.Server}, though {(deleted ? "the delete " : "")}{acknowledged} had been acknowledged before.");
            }
            else if (result.Outcome != CacheOutcome.Miss) Failed++;
        }
        _running--;
    }

    private void Ended(TimeSpan began, string how)
    {
        Calls++;
        simulation.Trace(how);
        if (simulation.Time.Now - began > simulation.Options.OperationTimeout + Grace)
            throw new BrokenPromiseException($"a call took {(simulation.Time.Now - began).TotalMilliseconds:0} ms: {how}");
    }

    private static bool IsTooOld(string key, string value, long acknowledged, bool deleted)
    {
        var version = long.Parse(value.AsSpan(key.Length + 1), CultureInfo.InvariantCulture);
        return version < acknowledged || (deleted && version == acknowledged);
    }
}
