using System.Globalization;
using ActorCache.Transport;

namespace ActorCache.Simulation.Tests;

/// <summary>A memcached in the model: values, and the ways in which it can be away. What it holds survives everything but a kill.</summary>
internal sealed class SimServer(string name, Simulation simulation)
{
    private static readonly TimeSpan ClockTick = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, (string Value, TimeSpan Expires)> _items = [];
    private TimeSpan _started = simulation.Time.Now;
    private TimeSpan _frozenAt;
    private TimeSpan _thawedAt;
    private long _processId = 1000 + name[0];

    public string Name { get; } = name;

    /// <summary>Connections that are open on its side, be it only because what came over them is still to be carried out.</summary>
    public List<SimConnection> Connections { get; } = [];

    public bool IsAlive { get; private set; } = true;

    public bool IsFrozen { get; private set; }

    /// <summary>The network between the client and it is cut.</summary>
    public bool IsCut { get; private set; }

    /// <summary>How much longer than usual it takes for a request.</summary>
    public TimeSpan Slowness { get; set; }

    public bool AllowsFlush { get; set; } = true;

    public bool IsReachable => IsAlive && !IsFrozen && !IsCut;

    /// <summary>
    /// As <c>stats</c> would say. A stopped process' clock stands still, and shows the old time for up to a second after it goes on; and its
    /// uptime starts at two seconds.
    /// </summary>
    public ServerIdentity Identity
    {
        get
        {
            var clock = simulation.Time.Now - _thawedAt < ClockTick ? _frozenAt : simulation.Time.Now;
            return new ServerIdentity(_processId, TimeSpan.FromSeconds(2 + Math.Floor(Math.Max(0, (clock - _started).TotalSeconds))));
        }
    }

    public string? Peek(string key) => _items.TryGetValue(key, out var item) && item.Expires > simulation.Time.Now ? item.Value : null;

    public void Kill()
    {
        IsAlive = false;
        IsFrozen = false;
        _items.Clear();
        foreach (var connection in Connections.ToList()) connection.OnServerGone();
        Connections.Clear();
    }

    /// <summary>A new process, as in a container: its number may be the same as before.</summary>
    public void Start(bool sameProcessId)
    {
        IsAlive = true;
        if (!sameProcessId) _processId += 100;
        _started = simulation.Time.Now;
        _thawedAt = TimeSpan.Zero;
    }

    public void Freeze()
    {
        IsFrozen = true;
        _frozenAt = simulation.Time.Now;
    }

    public void Thaw()
    {
        IsFrozen = false;
        _thawedAt = simulation.Time.Now;
        foreach (var connection in Connections.ToList()) connection.OnServerGoesOn();
    }

    public void Cut() => IsCut = true;

    public void Heal()
    {
        IsCut = false;
        foreach (var connection in Connections.ToList()) connection.OnNetworkGoesOn();
    }

    /// <summary>Carries a request out, and gives the reply.</summary>
    public string Execute(SimRequest request)
    {
        switch (request.Kind)
        {
            case RequestKind.Get:
                return Peek(request.Key) is { } value ? $"VA {value.Length} k{request.Key} O7 c1\r\n{value}" : "EN";
            case RequestKind.Store:
                var exists = Peek(request.Key) is not null;
                if (request.Words.Contains("ME") && exists) return "NS O7";
                if (request.Words.Contains("MR") && !exists) return "NS O7";
                _items[request.Key] = (request.Value, Expiry(request));
                return "HD O7";
            case RequestKind.Delete:
                var found = Peek(request.Key) is not null;
                _items.Remove(request.Key);
                return found ? "HD O7" : "NF O7";
            case RequestKind.FlushAll:
                if (!AllowsFlush) return "CLIENT_ERROR flush_all not allowed";
                _items.Clear();
                return "OK";
            case RequestKind.NoOp:
                return "MN";
            default:
                throw new NotSupportedException($"The model does not know {request}.");
        }
    }

    private TimeSpan Expiry(SimRequest request) =>
        request.Words.FirstOrDefault(word => word[0] == 'T') is { } ttl
            ? simulation.Time.Now + TimeSpan.FromSeconds(int.Parse(ttl.AsSpan(1), CultureInfo.InvariantCulture))
            : TimeSpan.MaxValue;
}
