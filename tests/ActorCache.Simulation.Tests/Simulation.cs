using System.Text;
using ActorCache.Placement;

namespace ActorCache.Simulation.Tests;

/// <summary>
/// A cache, its servers, its callers and its bad luck, all out of one seed and on a clock of its own: the same seed is the same story. After
/// every step the promises are looked at; the first one that is broken ends it.
/// </summary>
internal sealed class Simulation
{
    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(24);
    private static readonly string[] Universe = ["a:11211", "b:11211", "c:11211", "d:11211", "e:11211"];
    private readonly Random _random;
    private readonly Dictionary<string, SimServer> _servers;
    private readonly StringBuilder? _trace;
    private readonly Callers _callers;
    private readonly ControlPlane _control;
    private int _steps;
    private bool _isOver;

    public Simulation(int seed, bool trace = false, Action<ActorCacheOptions>? configure = null)
    {
        _random = new Random(seed);
        _trace = trace ? new StringBuilder($"seed {seed}\n") : null;
        Options = RandomOptions();
        configure?.Invoke(Options);
        _servers = Universe.ToDictionary(name => name, name => new SimServer(name, this) { AllowsFlush = !Chance(0.05) });
        _control = new ControlPlane(this, Universe.Take(3));
        _callers = new Callers(this, new ActorCacheClient("sim", _control.Dispatcher, new ActorCacheMonitor("sim", _control.Routes, _control.Journal, new ServerEventFeed())));
        Trace($"{Options.Failback} {Options.OnRejoin} {Options.WhileSuspect} hold-down {Options.HoldDown} ramp-up {Options.RampUp} journal {Options.JournalMaxKeys} stand-in ttl {Options.StandInTtl}");
    }

    public VirtualTime Time { get; } = new();

    public ActorCacheOptions Options { get; }

    /// <summary>What a caller ended with; the run ends with it too.</summary>
    public Exception? Fault { get; set; }

    public string Story => _trace?.ToString() ?? "";

    /// <summary>What happened, in numbers: two runs of a seed give the same.</summary>
    public string Summary => $"{_callers.Calls} calls, {_callers.Hits} hits, {_callers.StandInHits} from stand-ins, {_callers.Failed} failed, table {_control.Table.Version}, {_steps} steps";

    public int StandInHits => _callers.StandInHits;

    public SimServer Server(string name) => _servers[name];

    public bool Chance(double probability) => _random.NextDouble() < probability;

    public double Fraction() => _random.NextDouble();

    public TimeSpan Upto(TimeSpan longest) => TimeSpan.FromTicks(_random.NextInt64(longest.Ticks + 1));

    public int Below(int count) => _random.Next(count);

    public void Trace(string what)
    {
        if (_trace?.Length < 4_000_000) _trace.Append($"{Time.Now.TotalMilliseconds - 3_600_000,12:0.000}  {what}\n");
    }

    /// <summary>Runs the whole story.</summary>
    /// <exception cref="BrokenPromiseException">A promise was broken.</exception>
    public void Run()
    {
        var begin = Time.Now;
        _callers.Start();
        Time.After(Upto(TimeSpan.FromSeconds(2)), Misfortune);
        Time.Run(begin + Trouble, AfterStep);

        Trace("all is well again");
        _isOver = true;
        foreach (var server in _servers.Values)
        {
            if (server.IsCut) server.Heal();
            if (server.IsFrozen) server.Thaw();
            if (!server.IsAlive) server.Start(sameProcessId: false);
            server.Slowness = TimeSpan.Zero;
        }
        Time.Run(begin + Trouble + Recovery, AfterStep);
        ExpectAllServe();
        _callers.Stop();
        Time.Run(begin + Trouble + Recovery + TimeSpan.FromSeconds(5), AfterStep);
        _callers.ExpectAllEnded();
    }

    /// <summary>Only the keys of a server that is away move; every key has one owner, and while somebody lives somebody serves it.</summary>
    public void OnPublished(RouteTable before, RouteTable table)
    {
        if (table.Version <= before.Version) throw new BrokenPromiseException($"table {table.Version} follows {before.Version}");
        foreach (var key in Callers.Keys)
        {
            var place = table.Place(Encoding.UTF8.GetBytes(key));
            var owner = table.Owner(place);
            var serving = table.For(place);
            if (table.Ring.Ownership == Ownership.One && owner.IsServing && owner.Takes(place.Hash) && serving != owner) throw new BrokenPromiseException($"{key} belongs to {owner.Name}, which serves, and goes to {serving?.Name}.");
            if (serving is null && table.Servers.Any(server => server.IsServing)) throw new BrokenPromiseException($"nobody serves {key} though somebody could");
        }
    }

    private void AfterStep()
    {
        _steps++;
        if (Fault is not null) throw Fault as BrokenPromiseException ?? new BrokenPromiseException(Fault.ToString());
        if (_steps % 16 == 0) _callers.ExpectNothingStaleIsTrusted(_control, _servers);
    }

    // Whoever can be reached is back in time, unless it takes somebody's word, or a flush that it does not allow.
    private void ExpectAllServe()
    {
        foreach (var server in _control.Table.Servers)
        {
            var isExpected = Options.Failback is Failback.Delayed or Failback.Immediate && !server.Health.Held && _servers[server.Name].AllowsFlush;
            if (isExpected && (server.Health.State != ServerState.Up || server.Share < 1))
                throw new BrokenPromiseException($"{server.Name} is {server.Health.State} ({server.Cause}), share {server.Share}, {Recovery.TotalSeconds} s after all was well.");
        }
        if (_control.Table.Living.IsEmpty) throw new BrokenPromiseException("Nobody serves though all can be reached.");
    }

    private void Misfortune()
    {
        if (_isOver) return;
        var server = _servers[Universe[Below(Universe.Length)]];
        switch (Below(12))
        {
            case 0 or 1 when server.IsAlive:
                Say("killed");
                server.Kill();
                Time.After(Long(), () => Restart(server));
                break;
            case 2 or 3 when server is { IsAlive: true, IsFrozen: false }:
                Say("stopped");
                server.Freeze();
                Time.After(Long(), () =>
                {
                    if (!server.IsFrozen) return;
                    Trace($"{server.Name} is continued");
                    server.Thaw();
                });
                break;
            case 4 or 5 or 6 when !server.IsCut:
                Say("cut off");
                server.Cut();
                Time.After(Long(), () =>
                {
                    if (!server.IsCut) return;
                    Trace($"{server.Name} is in reach again");
                    server.Heal();
                });
                break;
            case 7:
                Say("slow");
                server.Slowness = Upto(TimeSpan.FromMilliseconds(900));
                Time.After(Upto(TimeSpan.FromSeconds(3)), () => server.Slowness = TimeSpan.Zero);
                break;
            case 8 or 9:
                var servers = Universe.Where(_ => Chance(0.6)).Select(name => Chance(0.2) ? $"{name}*{1 + Below(3)}" : name).ToList();
                if (servers.Count == 0) break;
                Trace($"servers: {string.Join(", ", servers)}");
                _control.SetTopology(servers);
                break;
            case 10:
                Say("ejected by an operator");
                _control.Eject(server.Name);
                Time.After(Upto(TimeSpan.FromSeconds(8)), () => _control.Reinstate(server.Name));
                break;
            default:
                Say("reinstated by an operator");
                _control.Reinstate(server.Name);
                break;
        }
        Time.After(Upto(TimeSpan.FromSeconds(3)), Misfortune);

        void Say(string what) => Trace($"{server.Name} is {what}");
    }

    private void Restart(SimServer server)
    {
        if (server.IsAlive) return;
        Trace($"{server.Name} is started, empty");
        server.Start(sameProcessId: Chance(0.5));
    }

    private TimeSpan Long() => Chance(0.5) ? Upto(TimeSpan.FromSeconds(1)) : Upto(TimeSpan.FromSeconds(10));

    private ActorCacheOptions RandomOptions() => new()
    {
        Failback = (Failback)Below(4),
        OnRejoin = Chance(0.8) ? OnRejoin.Replay : OnRejoin.Flush,
        WhileSuspect = Chance(0.8) ? WhileSuspect.Reroute : WhileSuspect.Wait,
        HoldDown = TimeSpan.FromSeconds(Below(4)),
        MaxHoldDown = TimeSpan.FromSeconds(10),
        MaxRetryDelay = TimeSpan.FromSeconds(2),
        RampUp = TimeSpan.FromSeconds(Below(3)),
        JournalMaxKeys = Chance(0.7) ? 100_000 : Below(6),
        StandInTtl = TimeSpan.FromSeconds(Chance(0.7) ? 600 : 5),
    };
}
