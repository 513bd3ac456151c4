namespace ActorCache.Placement;

/// <summary>
/// A place on the ring and the server that sits there. Points that collide sort by server index, as libmemcached's stable sort leaves them,
/// and the first of them takes the keys.
/// </summary>
internal readonly record struct RingPoint(uint Value, int Server) : IComparable<RingPoint>
{
    public int CompareTo(RingPoint other) => Value != other.Value ? Value.CompareTo(other.Value) : Server.CompareTo(other.Server);
}
