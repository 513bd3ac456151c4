namespace ActorCache;

/// <summary>A request of <see cref="ControlProtocol"/>.</summary>
public interface IControlRequest : IActorCacheMessage;
