using Akka.Actor;

namespace ActorCache;

/// <summary><c>/system/actor-cache</c>: the caches of one actor system, each under its name.</summary>
internal sealed class CachesActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Start(var runtime): Context.ActorOf(CacheGuardian.Props(runtime), Uri.EscapeDataString(runtime.Name)); break;
            default: Unhandled(message); break;
        }
    }

    /// <summary>Begin a cache.</summary>
    internal sealed record Start(CacheRuntime Runtime) : INoSerializationVerificationNeeded;
}
