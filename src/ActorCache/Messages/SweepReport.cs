using ActorCache.Transport;
using Akka.Actor;

namespace ActorCache;

/// <summary>What the sweeper tells the router: how far a server has come over this connection.</summary>
internal sealed record SweepReport(string Server, IServerConnection Connection, SweepEnd End) : INoSerializationVerificationNeeded;
