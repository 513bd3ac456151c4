namespace ActorCache;

/// <summary>A message of ActorCache that may cross the wire between actor systems; what is bound to its serializer.</summary>
public interface IActorCacheMessage;
