using ActorCache.EmbeddedServer;
using Akka.Actor;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F40: actors ask, and stop waiting before the answer comes. Nothing of such a question stays behind.</summary>
[Collection(nameof(Alone))]
public sealed class F40_AskLeaks
{
    [Fact]
    public void Whether_there_are_temporary_actors_can_be_seen()
    {
        using var system = ActorSystem.Create("app", "akka.loglevel = OFF");
        Assert.True(SpinWait.SpinUntil(() => !HasTemporaryActors(system), Patience.Limit)); // its loggers are asked to start
        _ = system.DeadLetters.Ask("hello", TimeSpan.FromMinutes(1));
        Assert.True(HasTemporaryActors(system));
    }

    [Fact]
    public async Task A_hundred_thousand_asks_that_timed_out_leave_no_temporary_actor_and_no_heap()
    {
        const int Round = 20_000, Rounds = 5;
        await using var server = EmbeddedMemcached.Start();
        using var host = Hosts.Build(services => services.AddAkka("app", akka => akka
            .AddHocon("akka.log-dead-letters = off", HoconAddMode.Prepend)
            .WithActorCache($"{server.Address}{Hosts.Patient};max_in_flight=65535")));
        await host.StartAsync();
        var system = host.Services.GetRequiredService<ActorSystem>();
        var gateway = host.Services.GetRequiredService<IRequiredActor<ActorCacheGateway>>().ActorRef;
        var cache = ActorCacheExtension.For(system).Get();
        await new EventLog(cache.Monitor).UntilAllServe();

        await AskInVainAsync(Round);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var timedOut = 0;
        for (var round = 0; round < Rounds; round++) timedOut += await AskInVainAsync(Round);

        Assert.Equal(Round * Rounds, timedOut);
        Assert.True(SpinWait.SpinUntil(() => !HasTemporaryActors(system), Patience.Limit));
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 5 << 20);
        Assert.IsType<GetReply.Miss>(await gateway.Ask<GetReply>(new CacheProtocol.Get("key"), Patience.Limit));
        await host.StopAsync();

        async Task<int> AskInVainAsync(int count)
        {
            var stall = server.Faults.Add(Fault.Stall());
            // Long enough that none is over before its asker has done asking: such a one Akka itself would never take off its list.
            var timeout = TimeSpan.FromSeconds(1);
            var asks = Enumerable.Range(0, count).Select(n => gateway.Ask<GetReply>(new CacheProtocol.Get($"key:{n}"), timeout)).ToList();
            var inVain = 0;
            foreach (var ask in asks)
            {
                try
                {
                    await ask.Patiently();
                }
                catch (AskTimeoutException)
                {
                    inVain++;
                }
            }
            // The answers come all the same, and find nobody.
            stall.Remove();
            await gateway.Ask<GetReply>(new CacheProtocol.Get("last"), Patience.Limit);
            return inVain;
        }
    }

    // Akka keeps the container's type to itself.
    private static bool HasTemporaryActors(ActorSystem system)
    {
        var container = ((ExtendedActorSystem)system).Provider.TempContainer;
        return (bool)container.GetType().GetProperty("HasChildren")!.GetValue(container)!;
    }
}
