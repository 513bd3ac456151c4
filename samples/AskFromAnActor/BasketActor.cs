using System.Text;
using ActorCache;
using Akka.Actor;
using Akka.Hosting;

namespace AskFromAnActor;

/// <summary>
/// Reads its basket ten times a second and puts a new one there when there is none. It asks the cache's gateway and pipes the answers to
/// itself: it waits for none, and touches its own state only when a message comes.
/// </summary>
internal sealed class BasketActor : ReceiveActor, IWithTimers
{
    // More than any answer takes: the cache gives up by itself, after its operation timeout, and says so.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly string _key;
    private readonly IActorRef _cache;
    private int _asked;
    private int _answered;
    private int _failed;
    private int _byStandIn;
    private string? _lastPrinted;

    public BasketActor(IRequiredActor<ActorCacheGateway> gateway, string key)
    {
        _key = key;
        _cache = gateway.ActorRef;

        Receive<Read>(_ => Ask<GetReply>(new CacheProtocol.Get(_key)));
        Receive<GetReply.Hit>(hit =>
        {
            if (hit.FromStandIn) _byStandIn++;
            Answered($"a basket from {hit.Server}{(hit.FromStandIn ? ", the stand-in" : "")}: {Encoding.UTF8.GetString(hit.Value)}");
        });
        Receive<GetReply.Miss>(miss =>
        {
            Answered($"no basket at {miss.Server}; a new one is put there");
            var basket = Encoding.UTF8.GetBytes($"tea, bread (bought at {DateTime.Now:HH:mm:ss})");
            Ask<StoreReply>(new CacheProtocol.Set(_key, basket, Ttl: TimeSpan.FromMinutes(5)));
        });
        Receive<StoreReply.Stored>(stored => Answered($"stored at {stored.Server}"));

        // None of these may come as long as one server lives.
        Receive<GetReply>(reply => Failed($"no answer: {reply}"));
        Receive<StoreReply>(reply => Failed($"not stored: {reply}"));
        Receive<Status.Failure>(failure => Failed($"no answer: {failure.Cause.Message}"));

        Receive<Finish>(finish =>
        {
            Timers.CancelAll();
            if (_answered + _failed == _asked) Sender.Tell(new Count(_asked, _answered, _byStandIn));
            else Context.System.Scheduler.ScheduleTellOnce(Pace, Self, finish, Sender); // Something is still under way.
        });
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer(nameof(Read), Read.Instance, TimeSpan.Zero, Pace);

    private void Ask<TReply>(ICacheRequest request)
    {
        _asked++;
        _cache.Ask<TReply>(request, Patience).PipeTo(Self);
    }

    private void Answered(string text)
    {
        _answered++;
        Print(text);
    }

    private void Failed(string text)
    {
        _failed++;
        Print(text);
    }

    private void Print(string text)
    {
        if (text != _lastPrinted) Console.WriteLine($"basket: {text}");
        _lastPrinted = text;
    }

    /// <summary>Ask no more, and say how it went. Answered by <see cref="Count"/>.</summary>
    internal sealed record Finish;

    /// <param name="Asked">Questions to the cache.</param>
    /// <param name="Answered">How many it answered.</param>
    /// <param name="ByStandIn">How many baskets came from the server that stands in for the key's owner.</param>
    internal sealed record Count(int Asked, int Answered, int ByStandIn);

    private sealed record Read
    {
        public static readonly Read Instance = new();
    }
}
