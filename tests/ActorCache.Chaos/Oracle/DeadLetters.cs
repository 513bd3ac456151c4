using Akka.Actor;
using Akka.Event;

namespace ActorCache.Chaos;

/// <summary>Counts messages of user calls that nobody was there to take. There may be none: their askers would wait in vain.</summary>
internal sealed class DeadLetters
{
    private long _count;

    public DeadLetters(ActorSystem system) =>
        system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Listener(this)), "dead-letter-count"), typeof(DeadLetter));

    public long Count => Volatile.Read(ref _count);

    private sealed class Listener : ReceiveActor
    {
        public Listener(DeadLetters letters) => Receive<DeadLetter>(letter =>
        {
            if (letter.Message is IActorCacheMessage and not ServerEvent) Interlocked.Increment(ref letters._count);
        });
    }
}
