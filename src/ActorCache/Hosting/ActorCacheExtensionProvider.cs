using Akka.Actor;

namespace ActorCache;

/// <summary>Makes the extension; for <c>akka.extensions</c> in HOCON, which starts it with the system.</summary>
public sealed class ActorCacheExtensionProvider : ExtensionIdProvider<ActorCacheExtension>
{
    /// <inheritdoc />
    public override ActorCacheExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
