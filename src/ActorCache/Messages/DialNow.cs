using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>What a server was refused for, or refused us for, may be mended: whoever waits because of it need not.</summary>
/// <param name="Server">Which server; null for all.</param>
internal sealed record DialNow(string? Server) : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly DialNow One = new((string?)null);
}
