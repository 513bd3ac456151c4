using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace ActorCache;

/// <summary>Turns what the router announces into one log line each, and passes it on to those who watch.</summary>
internal sealed class FailoverMonitor(string cache, ServerEventFeed feed, ILogger log) : UntypedActor
{
    public static Props Props(string cache, ServerEventFeed feed, ILogger log) => Akka.Actor.Props.Create(() => new FailoverMonitor(cache, feed, log));

    /// <summary>Starts one that hears whatever is announced from now on: by the time an actor begins to run, servers may be up already.</summary>
    public static IActorRef Start(IActorRefFactory parent, EventStream announced, Props props)
    {
        var monitor = parent.ActorOf(props, "monitor");
        announced.Subscribe(monitor, typeof(ServerEvent));
        return monitor;
    }

    // A logger that throws costs a line, and not what is announced until this actor has been restarted: it stays subscribed.
    protected override void PreRestart(Exception reason, object message) { }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        if (message is not ServerEvent happened || happened.Cache != cache) return;
        feed.Publish(happened);
        switch (happened)
        {
            case ServerEvent.Up: log.ServerUp(cache, happened.Server); break;
            case ServerEvent.Suspected suspected: log.ServerSuspected(cache, happened.Server, suspected.Cause); break;
            case ServerEvent.Ejected ejected: log.ServerEjected(cache, happened.Server, ejected.Cause); break;
            case ServerEvent.Rejected rejected: log.ServerRejected(cache, happened.Server, rejected.Cause); break;
            case ServerEvent.Reinstated: log.ServerReinstated(cache, happened.Server); break;
            case ServerEvent.JournalOverflowed: log.JournalOverflowed(cache, happened.Server); break;
            case ServerEvent.KeptOut keptOut: log.ServerKeptOut(cache, happened.Server, keptOut.Cause); break;
            case ServerEvent.NoServerAlive: log.NoServerAlive(cache); break;
            case ServerEvent.TopologyChanged changed:
                log.TopologyChanged(cache, string.Join(",", changed.Added), string.Join(",", changed.Removed), string.Join(",", changed.Reweighted));
                break;
        }
    }
}
