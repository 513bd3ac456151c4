using System.Diagnostics.CodeAnalysis;
using ActorCache.Placement;
using ActorCache.Transport;
using Akka.Actor;
using Akka.Event;
using Akka.Pattern;

namespace ActorCache;

/// <summary>
/// One incarnation of one server's connection: dials once, serves, then ends with the reason; its supervisor starts the next after a
/// pause. It owns the connection's life and sees none of its bytes.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor's disposal is PostStop; a dial still under way may yet look at the token.")]
internal sealed class ConnectionActor(
    ServerAddress server, IActorRef router, IConnector connector, TimeSpan provenAfter, TimeSpan drainTimeout, TimeSpan refusedFor, CancellationToken cacheEnded)
    : UntypedActor, IWithTimers
{
    private static readonly ConnectionClosed Stopped = new(CloseReason.Closed, "its actor has stopped");
    private readonly CancellationTokenSource _lifetime = CancellationTokenSource.CreateLinkedTokenSource(cacheEnded);

    public ITimerScheduler Timers { get; set; } = null!;

    /// <summary>For one server; after a refusal nobody dials for <paramref name="refusedFor"/>; <paramref name="cacheEnded"/> ends what an actor system that goes down has left serving.</summary>
    public static Props Props(
        ServerAddress server, IActorRef router, IConnector connector, TimeSpan provenAfter, TimeSpan drainTimeout, TimeSpan refusedFor, CancellationToken cacheEnded = default) =>
        Akka.Actor.Props.Create(() => new ConnectionActor(server, router, connector, provenAfter, drainTimeout, refusedFor, cacheEnded));

    protected override void PreStart() => DialAsync().PipeTo(Self, failure: e => new DialFailed(e));

    protected override void PostStop()
    {
        // With the whole system going down, the host's other services may still be calling: then the cache ends this, when they have stopped.
        if (CoordinatedShutdown.Get(Context.System).ShutdownReason is not null) return;
        _lifetime.Cancel();
        _lifetime.Dispose();
    }

    // Dialling.
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Dialled dialled:
                router.Tell(Up(dialled));
                Timers.StartSingleTimer(Proven.Instance, Proven.Instance, provenAfter);
                dialled.Connection.Completion.PipeTo(Self, success: end => new Ended(end));
                Become(Serving(dialled));
                break;
            case DialFailed(ConnectException { End: { IsRefusal: true } refusal }):
                var refused = new ConnectionReport.AttemptFailed(server.Name, refusal);
                router.Tell(refused);
                Timers.StartSingleTimer(DialNow.One, DialNow.One, refusedFor);
                Become(Refused(refused));
                break;
            case DialFailed(ConnectException e):
                router.Tell(new ConnectionReport.AttemptFailed(server.Name, e.End));
                Context.Stop(Self);
                break;
            case DialFailed(var e):
                router.Tell(new ConnectionReport.AttemptFailed(server.Name, new ConnectionClosed(CloseReason.Faulted, e.Message)));
                throw new InvalidOperationException($"Dialling {server.Name} failed in a way nobody foresaw.", e);
            case Leave:
                // Nothing to drain yet; and a dial that goes on would speak for the server if it were here again.
                Context.Parent.Tell(PoisonPill.Instance);
                break;
            case AnnounceConnections or DialNow:
                break; // Nothing to announce yet, and being dialled.
            default:
                Unhandled(message);
                break;
        }
    }

    // Who is told the same password again and again locks the user out: this incarnation keeps the next one waiting.
    private UntypedReceive Refused(ConnectionReport.AttemptFailed refused) => message =>
    {
        switch (message)
        {
            case DialNow:
                Context.Parent.Tell(BackoffSupervisor.Reset.Instance); // It has waited for long enough.
                Context.Stop(Self);
                break;
            case Leave:
                Context.Parent.Tell(PoisonPill.Instance);
                break;
            case AnnounceConnections(var newRouter):
                newRouter.Tell(refused);
                break;
            default:
                Unhandled(message);
                break;
        }
    };

    private UntypedReceive Serving(Dialled dialled) => message =>
    {
        var connection = dialled.Connection;
        switch (message)
        {
            case Ended({ Reason: CloseReason.Closed }):
                break; // Drained: this actor's parents are about to stop, and nobody is to dial again.
            case Ended(var end):
                router.Tell(new ConnectionReport.ServerDown(server.Name, connection, end));
                if (end.Reason == CloseReason.Faulted) throw new ConnectException(end);
                Context.Stop(Self);
                break;
            case Leave:
                connection.DrainAsync(drainTimeout).PipeTo(router, success: isDrained => new ConnectionReport.ServerLeft(server.Name, connection, isDrained));
                Become(Leaving(Serving(dialled)));
                break;
            case FlushServer:
                connector.FlushAsync(connection).PipeTo(router, Self, isFlushed => Up(dialled) with { IsFlushed = isFlushed });
                break;
            case Proven:
                // Accept-then-die must not redial at full speed for ever: only a connection that has lasted starts the pauses over.
                Context.Parent.Tell(BackoffSupervisor.Reset.Instance);
                break;
            case AnnounceConnections(var newRouter):
                newRouter.Tell(Up(dialled));
                break;
            case DialNow:
                break;
            default:
                Unhandled(message);
                break;
        }
    };

    // Should the server be here again before this actor has gone, another one speaks for it.
    private static UntypedReceive Leaving(UntypedReceive serving) => message =>
    {
        if (message is not (Leave or AnnounceConnections or FlushServer or DialNow)) serving(message);
    };

    private ConnectionReport.ServerUp Up(Dialled dialled) => new(server.Name, dialled.Connection, dialled.Identity, ItemSizeMax: dialled.ItemSizeMax);

    private async Task<Dialled> DialAsync()
    {
        // Taken now: when a dial is given up and its connection comes all the same, the source is gone already.
        var lifetime = _lifetime.Token;
        var dialled = await connector.ConnectAsync(server, lifetime).ConfigureAwait(false);
        // One token ends whatever this incarnation has: the dial, or the connection that came of it.
        lifetime.UnsafeRegister(static connection => ((IServerConnection)connection!).Close(Stopped), dialled.Connection);
        return dialled;
    }

    private sealed record DialFailed(Exception Exception) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed record Ended(ConnectionClosed End) : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class Proven : INoSerializationVerificationNeeded
    {
        public static readonly Proven Instance = new();
    }
}
