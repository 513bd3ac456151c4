namespace ActorCache;

/// <summary>How a call ended. A miss is an answer; those from <see cref="TooLarge"/> on are not, and say why.</summary>
public enum CacheOutcome
{
    /// <summary>No server could be asked, or the one that was asked is gone. Also what a result is that nobody filled in.</summary>
    Unavailable = 0,

    /// <summary>The key is there, and here is its value; or, of a server that was asked for figures or its version: it answered.</summary>
    Hit,

    /// <summary>A server answered: the key is not there.</summary>
    Miss,

    /// <summary>Done as asked: stored, deleted, touched, counted, flushed.</summary>
    Stored,

    /// <summary>The mode forbade it: add found the key, replace, append or prepend did not.</summary>
    NotStored,

    /// <summary>Compare-and-swap: somebody else has changed the item.</summary>
    Exists,

    /// <summary>There is no such item to delete, touch, count or swap.</summary>
    NotFound,

    /// <summary>
    /// The value is larger than the server keeps. After a set the older value is gone there: memcached deletes it when it refuses the new one, and
    /// so does this client when it does not even send it.
    /// </summary>
    TooLarge,

    /// <summary>The counter's item is not a number.</summary>
    NotANumber,

    /// <summary>The server answered that it cannot, such as when it is out of memory.</summary>
    ServerError,

    /// <summary>No answer within the operation's budget.</summary>
    TimedOut,

    /// <summary>Too many operations are in flight to that server already: refused at once, nothing was sent.</summary>
    Overloaded,

    /// <summary>
    /// The server's dialect has no such command, and nothing was sent: a check of the version beside any mode but Set and Replace in the classic
    /// one, beside Add in the binary one, or a flush through a proxy.
    /// </summary>
    NotSupported,
}
