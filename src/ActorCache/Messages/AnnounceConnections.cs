using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>The router, born again, asks every connection actor to say once more what it has.</summary>
internal sealed record AnnounceConnections(IActorRef Router) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
