using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;

namespace ActorCache;

/// <summary>A connection that has answered its handshake, and which process answered, and how large its items may be.</summary>
internal sealed record Dialled(IServerConnection Connection, ServerIdentity? Identity = null, int? ItemSizeMax = null)
    : INoSerializationVerificationNeeded, IDeadLetterSuppression;
