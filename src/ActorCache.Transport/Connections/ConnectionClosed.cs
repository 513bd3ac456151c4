namespace ActorCache.Transport;

/// <summary>How a connection ended: the reason, and a sentence for a log.</summary>
/// <param name="Reason">The kind of end.</param>
/// <param name="Detail">What was seen, with no key or value in it.</param>
public sealed record ConnectionClosed(CloseReason Reason, string Detail)
{
    /// <inheritdoc />
    public override string ToString() => $"{Reason}: {Detail}";
}
