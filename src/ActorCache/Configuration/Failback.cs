namespace ActorCache;

/// <summary>When a server that was ejected and answers again gets its keys back. While no other server serves, it serves at once.</summary>
public enum Failback
{
    /// <summary>Once it has been healthy for the hold-down, which grows when it flaps.</summary>
    Delayed,

    /// <summary>As soon as what it remembers has been dealt with.</summary>
    Immediate,

    /// <summary>Once a server that stands in for it fails: as long as they all live, they keep the keys.</summary>
    Sticky,

    /// <summary>When an operator says <see cref="ControlProtocol.Reinstate"/>.</summary>
    Manual,
}
