namespace ActorCache.Placement;

/// <summary>A ring whose stand-ins differ from key to key, while some servers are away: they are looked for when they are needed.</summary>
internal sealed class ServingWalk(Ring ring, ServerSet living) : ServingRing(ring, living)
{
    public override int ServerFor(KeyPlace place)
    {
        var owner = Ring.Owner(place);
        return Living.Contains(owner) ? owner : StandIn(place);
    }

    private int StandIn(KeyPlace place)
    {
        foreach (var server in Ring.Successors(place))
        {
            if (Living.Contains(server)) return server;
        }
        return -1;
    }
}
