using Akka.Actor;

namespace ActorCache;

/// <summary><c>/system/actor-cache</c>: the caches of one actor system, each under its name.</summary>
internal sealed class CachesActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Start start:
                Begin(start);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private static void Begin(Start start)
    {
        var name = Uri.EscapeDataString(start.Runtime.Name);
        var predecessor = Context.Child(name);
        // A cache of that name may be just ending: the next one begins when its name is free.
        if (predecessor.IsNobody()) Context.ActorOf(CacheGuardian.Props(start.Runtime), name);
        else Context.WatchWith(predecessor, start);
    }

    /// <summary>Begin a cache.</summary>
    internal sealed record Start(CacheRuntime Runtime) : INoSerializationVerificationNeeded;
}
