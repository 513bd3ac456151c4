using System.Diagnostics.CodeAnalysis;
using ActorCache.Placement;
using Akka.Actor;
using Akka.Event;
using Microsoft.Extensions.Logging;

namespace ActorCache;

/// <summary>
/// Asks what servers there are, at start and every so often, and tells the router, which takes it from there as it does an operator's
/// <see cref="ControlProtocol.SetTopology"/>; that one, while servers are found, is about where to look for them. It waits for no answer: one
/// question is under way at a time, and calls go by the last table meanwhile.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor's disposal is PostStop; a question still under way may yet look at the token.")]
internal sealed class DiscoveryActor(string cache, IServerDiscovery discovery, ActorCacheOptions options, CurrentRoutes routes, IActorRef router, ILogger log) : UntypedActor, IWithTimers
{
    // Another question comes this soon after one that has failed or a server that was lost; then the pauses double, up to the ordinary one.
    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(1);

    // A pause is up to a third longer: clients that lost a server together shall not all ask in the same moment.
    private const double Jitter = 1 / 3d;

    private readonly CancellationTokenSource _lifetime = new();
    private readonly TimeSpan _firstPause = TimeSpan.FromTicks(Math.Min(options.DiscoveryInterval.Ticks, LongestFirstPause.Ticks));
    private Seek? _seeking; // what the next incarnation begins with, should this one fail

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string cache, IServerDiscovery discovery, ActorCacheOptions options, CurrentRoutes routes, IActorRef router, ILogger log) =>
        Akka.Actor.Props.Create(() => new DiscoveryActor(cache, discovery, options, routes, router, log));

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(ServerEvent.Suspected));
        Context.System.EventStream.Subscribe(Self, typeof(ServerEvent.Ejected));
    }

    protected override void PreRestart(Exception reason, object message)
    {
        base.PreRestart(reason, message);
        if (_seeking is not null) Self.Tell(_seeking);
    }

    protected override void PostStop()
    {
        Context.System.EventStream.Unsubscribe(Self);
        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    protected override void OnReceive(object message)
    {
        if (message is Seek seek) Ask(new Search(seek.Seeds, options.DiscoveryInterval));
        else Unhandled(message);
    }

    private UntypedReceive Asking(Search search) => message =>
    {
        switch (message)
        {
            case Answered(var seeds, _) when seeds != search.Seeds:
                Ask(search); // It is about where nobody looks any more.
                break;
            case Answered(_, var found):
                Timers.Cancel(Slow.Instance);
                Tell(search, found);
                LogChange(search.Trouble, found.Trouble);
                var pause = found.Trouble is not null && search.Trouble is null ? _firstPause : Longer(search.Pause);
                Rest(search with { Askers = [], Trouble = found.Trouble, Pause = pause });
                break;
            case Slow:
                // It goes on; only nobody is to wait for it any longer.
                router.Tell(new ServersNotFound($"not found within {options.ConnectTimeout.TotalMilliseconds:0} ms"));
                break;
            case ServerEvent lost when IsOurs(lost):
                Become(Asking(search with { Pause = _firstPause }));
                break;
            case ControlProtocol.SetTopology(var texts) when TryRead(texts) is { } seeds:
                Become(Asking(search with { Seeds = seeds, Askers = [.. search.Askers, Sender] }));
                break;
            default:
                Otherwise(message);
                break;
        }
    };

    private UntypedReceive Resting(Search search) => message =>
    {
        switch (message)
        {
            case AskAgain:
                Ask(search);
                break;
            case ServerEvent lost when IsOurs(lost) && search.Pause > _firstPause:
                Rest(search with { Pause = _firstPause }); // It may have moved.
                break;
            case ControlProtocol.SetTopology(var texts) when TryRead(texts) is { } seeds:
                Timers.Cancel(AskAgain.Instance);
                Ask(search with { Seeds = seeds, Askers = [Sender], Pause = options.DiscoveryInterval });
                break;
            default:
                Otherwise(message);
                break;
        }
    };

    private void Otherwise(object message)
    {
        // Events of other caches, and what the router says of a topology that nobody asked for.
        if (message is not (ServerEvent or ControlReply or AskAgain or Slow)) Unhandled(message);
    }

    private void Ask(Search search)
    {
        _seeking = new Seek(search.Seeds);
        var seeds = search.Seeds;
        discovery.FindAsync(seeds, AnyServes, _lifetime.Token).PipeTo(Self, success: found => new Answered(seeds, found), failure: e => new Answered(seeds, new Discovered([], $"{e}")));
        Timers.StartSingleTimer(Slow.Instance, Slow.Instance, options.ConnectTimeout);
        Become(Asking(search));
    }

    private void Rest(Search search)
    {
        Timers.StartSingleTimer(AskAgain.Instance, AskAgain.Instance, search.Pause * (1 + Random.Shared.NextDouble() * Jitter));
        Become(Resting(search));
    }

    private void Tell(Search search, Discovered found)
    {
        if (routes.TableOrNull is not { } table) return; // The cache is being shut down.
        if (found.Servers.Count == 0)
        {
            router.Tell(new ServersNotFound(found.Trouble!));
            foreach (var asker in search.Askers) asker.Tell(new ControlReply.Refused($"{found.Trouble}. It is asked again."));
            return;
        }
        object news = table.IsSought || !table.Ring.Topology.Servers.SequenceEqual(found.Servers)
            ? new ControlProtocol.SetTopology([.. found.Servers.Select(server => server.ToString())])
            : new ControlProtocol.GetStatus();
        if (search.Askers.Count == 0 && news is ControlProtocol.SetTopology) router.Tell(news);
        foreach (var asker in search.Askers) router.Tell(news, asker);
    }

    private void LogChange(string? before, string? now)
    {
        if (before is null && now is not null) log.ServersNotFound(cache, now);
        else if (before is not null && now is null) log.ServersFoundAgain(cache);
    }

    private IReadOnlyList<ServerAddress>? TryRead(IReadOnlyList<string> texts)
    {
        var faults = ActorCacheOptionsValidator.OfServers(options.Discovery, texts).ToList();
        if (faults.Count == 0) return [.. texts.Select(ServerAddress.Parse)];
        Sender.Tell(new ControlReply.Refused(string.Join(" ", faults)));
        return null;
    }

    private bool AnyServes => routes.TableOrNull is { IsSought: false } table && table.Servers.Any(server => server.Health.State == ServerState.Up);

    // Before servers have been found, what is lost are the names themselves, which is our own word.
    private bool IsOurs(ServerEvent happened) => happened.Cache == cache && routes.TableOrNull is { IsSought: false };

    private TimeSpan Longer(TimeSpan pause) => TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, options.DiscoveryInterval.Ticks));

    /// <summary>Begin, and look here.</summary>
    internal sealed record Seek(IReadOnlyList<ServerAddress> Seeds) : INoSerializationVerificationNeeded;

    private sealed record Search(IReadOnlyList<ServerAddress> Seeds, TimeSpan Pause)
    {
        /// <summary>Whom to tell of the first answer.</summary>
        public IReadOnlyList<IActorRef> Askers { get; init; } = [];

        /// <summary>What went wrong the last time.</summary>
        public string? Trouble { get; init; }
    }

    private sealed record Answered(IReadOnlyList<ServerAddress> Seeds, Discovered Found) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class AskAgain : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly AskAgain Instance = new();
    }

    private sealed class Slow : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static readonly Slow Instance = new();
    }
}
