using Akka.Actor;

namespace ActorCache;

/// <summary>The servers that the configured names stand for have not been found yet.</summary>
internal sealed record ServersNotFound(string Why) : INoSerializationVerificationNeeded;
