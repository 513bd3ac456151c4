namespace ActorCache;

/// <summary>A new route table, and what to tell the world once it is published.</summary>
internal sealed record RouteChange(RouteTable Table, IReadOnlyList<ServerEvent> Events)
{
    public static RouteChange None(RouteTable table) => new(table, []);

    /// <summary>This change, and the one that follows from it.</summary>
    public RouteChange Then(RouteChange next) => new(next.Table, [.. Events, .. next.Events]);
}
