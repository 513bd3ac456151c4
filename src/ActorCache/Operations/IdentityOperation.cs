namespace ActorCache;

/// <summary>Asks a server for its <c>stats</c>, of which two lines say which process it is (protocol.txt, "General-purpose statistics").</summary>
internal sealed class IdentityOperation(long now, long patience) : HandshakeQuestion<ServerIdentity>(now, patience)
{
    private long? _processId;
    private long? _uptime;

    protected override string? Group => null;

    protected override ServerIdentity? Answer =>
        _processId is { } pid && _uptime is { } seconds ? new ServerIdentity(pid, TimeSpan.FromSeconds(seconds)) : null;

    protected override void Hear(ReadOnlySpan<byte> name, ReadOnlySpan<byte> figure)
    {
        if (name.SequenceEqual("pid"u8)) Read(figure, ref _processId);
        else if (name.SequenceEqual("uptime"u8)) Read(figure, ref _uptime);
    }
}
