using System.Runtime.CompilerServices;

namespace ActorCache.Placement;

/// <summary>
/// The servers that would serve a key, one after the other, for <c>foreach (int server in ring.Successors(hash))</c>. Each server comes
/// once, the owner first; stop when one suits.
/// </summary>
public readonly ref struct Successors
{
    private readonly Ring _ring;
    private readonly int _start;

    internal Successors(Ring ring, int start)
    {
        _ring = ring;
        _start = start;
    }

    /// <summary>Starts at the owner.</summary>
    public Enumerator GetEnumerator() => new(_ring, _start);

    /// <summary>Walks the ring's points clockwise and passes over those of servers it has been at.</summary>
    public ref struct Enumerator
    {
        private readonly Ring _ring;
        private readonly ulong[]? _many; // in place of _seen, above Seen.Capacity servers
        private Seen _seen;
        private int _point;
        private int _found;
        private int _current;

        internal Enumerator(Ring ring, int start)
        {
            _ring = ring;
            _point = start;
            var servers = ring.Topology.Servers.Count;
            _many = servers > Seen.Capacity ? new ulong[(servers + 63) / 64] : null;
        }

        /// <summary>The index of a server.</summary>
        public readonly int Current => _current;

        /// <summary>Goes on to the next server; false after the last.</summary>
        public bool MoveNext()
        {
            var pointless = _ring.Pointless;
            var placed = _ring.Topology.Servers.Count - pointless.Length;
            if (_found >= placed)
            {
                if (_found - placed >= pointless.Length)
                    return false;
                _current = pointless[_found++ - placed];
                return true;
            }

            var owners = _ring.Owners;
            do
            {
                if (_point >= owners.Length - 1)
                    _point = 0;
                _current = owners[_point++];
            }
            while (!IsNew(_current));
            _found++;
            return true;
        }

        private bool IsNew(int server)
        {
            ref var word = ref _many is null ? ref _seen[server >> 6] : ref _many[server >> 6];
            var bit = 1UL << server;
            if ((word & bit) != 0)
                return false;
            word |= bit;
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
}
