using System.Buffers;
using System.Text;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Asks one server which version it is.</summary>
internal sealed class VersionOperation(Dispatcher dispatcher, string server) : ServerOperation<ServerVersion>(dispatcher, server)
{
    private string? _version;

    public override RequestKind Kind => RequestKind.Version;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Version(output, dialect, opaque);

    protected override void OnReply(in Reply reply)
    {
        if (reply.Code == ReplyCode.Version) _version = Encoding.UTF8.GetString(reply.Text);
    }

    protected override ServerVersion Answered() => new(_version is null ? CacheOutcome.ServerError : CacheOutcome.Hit, _version);

    protected override ServerVersion Unanswered(CacheOutcome why) => new(why, null);
}
