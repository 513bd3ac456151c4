namespace ActorCache.Transport;

/// <summary>
/// Bugs that a client must not have, planted on purpose: the chaos program switches one on to prove that it would notice it. Read once,
/// before the first connection; unless a process sets <c>AppContext.SetData("ActorCache.Sabotage", ..)</c> at its very start they are
/// constants that are false, and the compiler drops what they guard.
/// </summary>
internal static class PlantedBug
{
    private static readonly string? Name = AppContext.GetData("ActorCache.Sabotage") as string;

    /// <summary>A timed-out operation's place is freed, so that its late reply goes to the next waiter.</summary>
    public static readonly bool ReplyReuse = Name == "reply-reuse";

    /// <summary>A cancelled operation's place is taken out of the line.</summary>
    public static readonly bool CancelledWaiterRemoved = Name == "cancelled-waiter-removed";

    /// <summary>An exception while a request is written is swallowed, and its operation waits for an answer all the same.</summary>
    public static readonly bool SwallowedWriteException = Name == "swallowed-write-exception";

    /// <summary>Neither opaque nor key of a reply is looked at; beneath the first three too, as in a client that has no opaques.</summary>
    public static readonly bool OpaqueIgnored = Name == "opaque-ignored" || ReplyReuse || CancelledWaiterRemoved || SwallowedWriteException;
}
