using System.Buffers;
using ActorCache.Protocol;
using ActorCache.Transport;

namespace ActorCache;

/// <summary>
/// Stands in the place of a write whose caller has given up. As long as its connection lives, whatever is sent later is carried out later; it
/// is only when the connection ends without its reply that the write may be carried out after others, and the key is in doubt.
/// </summary>
internal sealed class AbandonedWrite(RequestKind kind, ReadOnlySpan<byte> key, Journal journal) : Operation
{
    private readonly byte[] _key = key.ToArray();
    private volatile int _server;

    public override RequestKind Kind => kind;

    public override ReadOnlySpan<byte> Key => _key;

    /// <summary>Where it stands: known for certain only once it does.</summary>
    public void StandsAt(int server) => _server = server;

    protected override void WriteTo(IBufferWriter<byte> output, ushort opaque, Dialect dialect) => throw new NotSupportedException("It has been written by the one before.");

    protected override void OnReply(in Reply reply) { }

    protected override void OnAttemptEnded(AttemptEnd end)
    {
        if (end != AttemptEnd.NeverSent) journal.InDoubt(_key, _server);
    }

    protected override void Complete() { }
}
