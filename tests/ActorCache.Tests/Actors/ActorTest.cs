using Akka.Actor;
using Akka.Configuration;
using Akka.TestKit;

namespace ActorCache.Tests;

/// <summary>A test of actors: an actor system of its own with our defaults beneath, whose clock the test may hold.</summary>
public abstract class ActorTest(bool holdTime = false, string hocon = "") : Akka.TestKit.Xunit2.TestKit(ConfigOf(holdTime, hocon))
{
    /// <summary>The clock of timers and backoff, when the test holds it.</summary>
    protected TestScheduler Clock => (TestScheduler)Sys.Scheduler;

    private static Config ConfigOf(bool holdTime, string hocon) => ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          test { single-expect-default = 20s, default-timeout = 20s }
          actor.ask-timeout = 20s
          {{(holdTime ? "scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"" : "")}}
        }
        {{hocon}}
        """).WithFallback(ActorCacheExtension.ReferenceConfig());

    /// <summary>Waits until an actor has done everything it was told so far.</summary>
    protected async Task Settled(IActorRef actor) => await actor.Ask<ActorIdentity>(new Identify(null)).Soon();
}
