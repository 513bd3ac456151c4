using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>A connection's server has left the topology: answer what is in flight, take nothing new, and close.</summary>
internal sealed class Leave : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public static readonly Leave Instance = new();
}
