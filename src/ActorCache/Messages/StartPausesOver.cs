using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>Nobody is left to ask: the pauses between dials, of every server, are to be short again.</summary>
internal sealed class StartPausesOver : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly StartPausesOver Instance = new();
}
