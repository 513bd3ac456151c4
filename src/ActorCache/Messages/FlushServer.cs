using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>To a connection that does not serve yet: have the server forget all it holds, then report it once more.</summary>
internal sealed class FlushServer : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly FlushServer Instance = new();
}
