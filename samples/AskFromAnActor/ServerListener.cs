using ActorCache;
using Akka.Actor;

namespace AskFromAnActor;

/// <summary>Hears on the actor system's EventStream what happens to the cache's servers, and prints it.</summary>
internal sealed class ServerListener : ReceiveActor
{
    public ServerListener() => Receive<ServerEvent>(Print);

    protected override void PreStart() => Context.System.EventStream.Subscribe(Self, typeof(ServerEvent));

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private static void Print(ServerEvent happened) => Console.WriteLine(happened switch
    {
        ServerEvent.Up => $"heard: {happened.Server} is up",
        ServerEvent.Suspected suspected => $"heard: {happened.Server} is suspect: {suspected.Cause}",
        ServerEvent.Ejected ejected => $"heard: {happened.Server} is ejected: {ejected.Cause}",
        ServerEvent.Reinstated => $"heard: {happened.Server} is reinstated",
        _ => $"heard: {happened}",
    });
}
