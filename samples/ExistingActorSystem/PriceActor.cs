using System.Text;
using ActorCache;
using Akka.Actor;
using Akka.Hosting;

namespace ExistingActorSystem;

/// <summary>Knows prices: asks the cache for them, and looks up and keeps there what it does not have. It waits for no answer.</summary>
internal sealed class PriceActor : ReceiveActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public PriceActor(IRequiredActor<ActorCacheGateway> gateway)
    {
        var cache = gateway.ActorRef;
        Receive<PriceOf>(asked =>
        {
            var asker = Sender;
            cache.Ask<GetReply>(new CacheProtocol.Get(asked.Thing), Patience).PipeTo(Self, success: reply => new Answered(asked, asker, reply));
        });
        Receive<Answered>(answered =>
        {
            if (answered.Reply is GetReply.Hit hit)
            {
                answered.Asker.Tell(new Price(Encoding.UTF8.GetString(hit.Value), $"the cache at {hit.Server}"));
                return;
            }
            // Looked up where prices are made. Whether it is kept is the cache's business: nobody waits for that.
            var price = $"{answered.Asked.Thing.Length}.50";
            cache.Tell(new CacheProtocol.Set(answered.Asked.Thing, Encoding.UTF8.GetBytes(price), Ttl: TimeSpan.FromMinutes(1)), ActorRefs.NoSender);
            answered.Asker.Tell(new Price(price, "the price list"));
        });
    }

    /// <summary>What does it cost? Answered by <see cref="Price"/>.</summary>
    internal sealed record PriceOf(string Thing);

    internal sealed record Price(string Amount, string From);

    private sealed record Answered(PriceOf Asked, IActorRef Asker, GetReply Reply);
}
