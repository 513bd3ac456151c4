namespace ActorCache;

/// <summary>
/// The key of the gateway in the actor registry: inject <c>IRequiredActor&lt;ActorCacheGateway&gt;</c> and ask it
/// <see cref="CacheProtocol"/> and <see cref="ControlProtocol"/>.
/// </summary>
public sealed class ActorCacheGateway
{
    private ActorCacheGateway() { }
}
