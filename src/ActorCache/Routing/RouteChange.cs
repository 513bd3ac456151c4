namespace ActorCache;

/// <summary>A new route table, what the journal has to know before it is published, and what to tell the world after.</summary>
internal sealed record RouteChange(RouteTable Table, IReadOnlyList<ServerEvent> Events)
{
    /// <summary>Servers, by number, that turned out to be empty.</summary>
    public IReadOnlyList<int> Emptied { get; init; } = [];

    /// <summary>Servers, by number, that may hold anything: to be flushed before they are used.</summary>
    public IReadOnlyList<int> Spoiled { get; init; } = [];

    public static RouteChange None(RouteTable table) => new(table, []);

    /// <summary>This change, and the one that follows from it.</summary>
    public RouteChange Then(RouteChange next) => new(next.Table, [.. Events, .. next.Events])
    {
        Emptied = [.. Emptied, .. next.Emptied],
        Spoiled = [.. Spoiled, .. next.Spoiled],
    };
}
