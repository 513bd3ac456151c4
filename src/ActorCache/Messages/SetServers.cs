using ActorCache.Placement;
using Akka.Actor;

namespace ActorCache;

/// <summary>The router tells which servers should exist.</summary>
internal sealed record SetServers(Topology Topology) : INoSerializationVerificationNeeded;
