namespace ActorCache;

/// <summary>What a call does whose server has just been lost, but not yet ejected.</summary>
public enum WhileSuspect
{
    /// <summary>It goes to the next living server of the key at once.</summary>
    Reroute,

    /// <summary>It waits, within its own budget, until the server is back or ejected: no value ever sits on a stand-in for a short loss.</summary>
    Wait,
}
