using ActorCache.Transport;
using Akka.Actor;

namespace ActorCache;

/// <summary>What the sweeper tells the router: what the server remembered has been dealt with, over this connection.</summary>
internal sealed record SweepReport(string Server, IServerConnection Connection) : INoSerializationVerificationNeeded;
