namespace ActorCache;

/// <summary>Asks a server for its <c>stats settings</c>, of which one line says how large an item may be (protocol.txt, "Settings statistics").</summary>
internal sealed class ItemSizeOperation(long now, long patience) : HandshakeQuestion<int>(now, patience)
{
    private long? _itemSizeMax;

    protected override string? Group => "settings";

    // A server that says 0 says nothing.
    protected override int? Answer => _itemSizeMax is > 0 and var bytes ? (int)bytes : null;

    protected override void Hear(ReadOnlySpan<byte> name, ReadOnlySpan<byte> figure)
    {
        if (name.SequenceEqual("item_size_max"u8)) Read(figure, ref _itemSizeMax);
    }
}
