namespace ActorCache.Transport;

/// <summary>How an attempt ended that no reply ended. It decides what may be tried again elsewhere.</summary>
public enum AttemptEnd
{
    /// <summary>The connection closed before a byte of the request was handed to the socket: it cannot have been applied.</summary>
    NeverSent,

    /// <summary>The connection closed, or the reply made no sense, after the request was written: it may have been applied.</summary>
    Unanswered,

    /// <summary>No answer in time. The request is on its way, or done: it may have been applied.</summary>
    TimedOut,

    /// <summary>It waited for a server that was being dialled, and the dial is over, one way or the other: the newest table knows.</summary>
    Moved,
}
