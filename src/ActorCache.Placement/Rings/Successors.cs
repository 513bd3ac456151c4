namespace ActorCache.Placement;

/// <summary>
/// The servers that would serve a key, one after the other, for <c>foreach (int server in ring.Successors(place))</c>. Each server comes
/// once, the owner first; stop when one suits.
/// </summary>
public readonly ref struct Successors
{
    private readonly Ring _ring;
    private readonly KeyPlace _place;

    internal Successors(Ring ring, KeyPlace place)
    {
        _ring = ring;
        _place = place;
    }

    /// <summary>Starts at the owner.</summary>
    public Enumerator GetEnumerator() => new(_ring, _place);

    /// <summary>Goes from server to server by the ring's own rule, and never to one twice.</summary>
    public ref struct Enumerator
    {
        private readonly Ring _ring;
        private readonly KeyPlace _place;
        private Walk _walk;

        internal Enumerator(Ring ring, KeyPlace place)
        {
            _ring = ring;
            _place = place;
            _walk = new Walk(ring.Topology.Servers.Count);
        }

        /// <summary>The index of a server.</summary>
        public readonly int Current => _walk.Server;

        /// <summary>Goes on to the next server; false after the last.</summary>
        public bool MoveNext() => _ring.MoveNext(_place, ref _walk);
    }
}
