using System.Runtime.CompilerServices;

namespace ActorCache.Placement;

/// <summary>How far a walk along the servers of a key has come. Each kind of ring keeps its own bookmark here.</summary>
internal struct Walk
{
    private readonly ulong[]? _many; // in place of _seen, above Seen.Capacity servers
    private Seen _seen;

    public Walk(int servers)
    {
        _many = servers > Seen.Capacity ? new ulong[(servers + 63) / 64] : null;
        Point = -1;
        Bound = ulong.MaxValue;
    }

    /// <summary>The server it is at.</summary>
    public int Server { get; private set; }

    /// <summary>How many servers it has been at.</summary>
    public int Found { get; private set; }

    /// <summary>The next point on the ring; -1 before the first.</summary>
    public int Point { get; set; }

    /// <summary>How often the key has been hashed.</summary>
    public int Looks { get; set; }

    /// <summary>Whoever comes next has a lower score.</summary>
    public ulong Bound { get; set; }

    /// <summary>Steps onto a server; false, and it stays, if it has been there.</summary>
    public bool StepOnto(int server)
    {
        ref var word = ref _many is null ? ref _seen[server >> 6] : ref _many[server >> 6];
        var bit = 1UL << server;
        if ((word & bit) != 0) return false;
        word |= bit;
        Server = server;
        Found++;
        return true;
    }

    [InlineArray(Words)]
    private struct Seen
    {
        public const int Capacity = Words * 64;
        private const int Words = 16;
        private ulong _word;
    }
}
