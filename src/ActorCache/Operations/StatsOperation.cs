using System.Buffers;
using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Asks one server for one group of its statistics, which come a line each (protocol.txt, "Statistics").</summary>
internal sealed class StatsOperation(Dispatcher dispatcher, string server, StatsGroup group) : ServerOperation<ServerStats>(dispatcher, server)
{
    // Far more than any memcached tells: 63 slab classes have some 25 figures each. A peer that never ends is not kept in memory.
    private const int MostFigures = 8192;
    private readonly Dictionary<string, string> _figures = new(StringComparer.Ordinal);
    private CacheOutcome _outcome = CacheOutcome.Hit;

    public override RequestKind Kind => RequestKind.Stats;

    // The word comes from here, never from a caller: 1.6.18 answers one it does not know with ERROR, which ends a connection that others share.
    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Stats(output, dialect, opaque, group switch
    {
        StatsGroup.Items => "items",
        StatsGroup.Slabs => "slabs",
        StatsGroup.Settings => "settings",
        _ => null,
    });

    protected override void OnReply(in Reply reply)
    {
        if (reply.Code == ReplyCode.Stat && _figures.Count < MostFigures) _figures[Encoding.UTF8.GetString(reply.Key)] = Encoding.UTF8.GetString(reply.Value);
        else if (reply.Code != ReplyCode.End) _outcome = CacheOutcome.ServerError;
    }

    protected override ServerStats Answered() => _outcome == CacheOutcome.Hit ? new ServerStats(_outcome, _figures) : Unanswered(_outcome);

    // Not what has come so far: more of it may be coming just now.
    protected override ServerStats Unanswered(CacheOutcome why) => new(why, new Dictionary<string, string>());
}
