using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>Reads one part of a large value to where it belongs. A part that is not as long as it must be is none.</summary>
internal sealed class PartOperation : AwaitableOperation<PartOperation, StoreResult>
{
    /// <summary>Where it belongs. Nobody lets go of that before this operation has ended.</summary>
    public Memory<byte> Room { get; set; }

    public override RequestKind Kind => RequestKind.Get;

    public override bool IsRepeatable => true;

    protected override bool ChangesServers => false;

    protected override WriteKind Writes => WriteKind.None;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => Requests.Get(output, dialect, Key, opaque);

    protected override CacheOutcome Answer(in Reply reply)
    {
        if (reply.Code == ReplyCode.Miss || reply.Value.Length != Room.Length) return CacheOutcome.Miss;
        reply.Value.CopyTo(Room.Span);
        return CacheOutcome.Hit;
    }

    protected override void CopyFrom(PartOperation other) => Room = other.Room;

    protected override StoreResult Result() => new(Outcome, Server, MayHaveBeenApplied);

    protected override void Release() => Room = default;
}
