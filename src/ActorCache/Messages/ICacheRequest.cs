namespace ActorCache;

/// <summary>A request of <see cref="CacheProtocol"/>.</summary>
public interface ICacheRequest : IActorCacheMessage;
