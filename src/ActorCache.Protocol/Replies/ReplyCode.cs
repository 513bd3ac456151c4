namespace ActorCache.Protocol;

/// <summary>The first word of a reply, or what a binary one means in such words.</summary>
public enum ReplyCode
{
    /// <summary><c>VA</c>, <c>VALUE</c>: a data block follows.</summary>
    Value,

    /// <summary><c>HD</c>: done, or a hit without its value.</summary>
    Done,

    /// <summary><c>EN</c>: a miss of <c>mg</c>.</summary>
    Miss,

    /// <summary><c>NF</c>, <c>NOT_FOUND</c>: the key to delete, to replace by cas or to count is not there.</summary>
    NotFound,

    /// <summary><c>NS</c>, <c>NOT_STORED</c>: not stored, the mode forbade it.</summary>
    NotStored,

    /// <summary><c>EX</c>, <c>EXISTS</c>: the item has another cas.</summary>
    Exists,

    /// <summary><c>MN</c>: the answer to <c>mn</c>.</summary>
    NoOp,

    /// <summary><c>OK</c>.</summary>
    Ok,

    /// <summary><c>VERSION</c>.</summary>
    Version,

    /// <summary><c>STAT</c>: one of many lines; <see cref="End"/> closes them.</summary>
    Stat,

    /// <summary><c>END</c>, of a list of stats; in the classic dialect of a get without a hit, too.</summary>
    End,

    /// <summary><c>RESET</c>, the answer to <c>stats reset</c>.</summary>
    Reset,

    /// <summary><c>ERROR</c>: the server does not know the command, or refuses the connection.</summary>
    Error,

    /// <summary><c>CLIENT_ERROR</c>: the request was wrong.</summary>
    ClientError,

    /// <summary><c>SERVER_ERROR</c>: the server could not do it, and says why.</summary>
    ServerError,

    /// <summary><c>STORED</c>, classic.</summary>
    Stored,

    /// <summary><c>DELETED</c>, classic.</summary>
    Deleted,

    /// <summary><c>TOUCHED</c>, classic.</summary>
    Touched,

    /// <summary>A line of digits, classic: what <c>incr</c> or <c>decr</c> came to.</summary>
    Number,

    /// <summary>Binary: the server wants to know who asks, or does not believe it.</summary>
    Unauthenticated,
}
