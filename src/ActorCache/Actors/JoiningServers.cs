using ActorCache.Placement;
using Akka.Actor;

namespace ActorCache;

/// <summary>A topology that waits until the servers it adds have been dialled once, so that the ring that has them finds them connected.</summary>
/// <param name="Topology">The servers to be.</param>
/// <param name="Awaited">The names of those that have given no word yet.</param>
/// <param name="Joined">The connections of those that have answered.</param>
/// <param name="Askers">Whom to tell when it is done.</param>
internal sealed record JoiningServers(
    Topology Topology, IReadOnlySet<string> Awaited, IReadOnlyDictionary<string, ConnectionReport.ServerUp> Joined, IReadOnlyList<IActorRef> Askers)
{
    /// <summary>Those who refuse us, or are not to be trusted, in their actors' words: it is a while before these are said again.</summary>
    public IReadOnlyList<ConnectionReport> Refused { get; init; } = [];

    /// <summary>What it is after a report about one of its servers.</summary>
    public JoiningServers On(ConnectionReport report)
    {
        var others = Joined.Where(one => one.Key != report.Server);
        return this with
        {
            Awaited = Awaited.Where(name => name != report.Server).ToHashSet(StringComparer.Ordinal),
            Refused = report is ConnectionReport.AttemptFailed { End.IsRefusal: true } ? [.. Refused, report] : Refused,
            Joined = (report is ConnectionReport.ServerUp up ? others.Append(KeyValuePair.Create(up.Server, up)) : others).ToDictionary(StringComparer.Ordinal),
        };
    }
}
