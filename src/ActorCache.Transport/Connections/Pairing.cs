using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>
/// Which replies answer which request. This is the one place that says which replies end a connection: whatever is not a proven answer
/// to the oldest request does, because from then on every reply may be another caller's.
/// </summary>
internal static class Pairing
{
    /// <summary>Whether <paramref name="reply"/> ends the request at the head of the queue; false for a line of a longer answer.</summary>
    /// <exception cref="ProtocolException">It is no answer to that request: the connection must close.</exception>
    public static bool Ends(OperationSlot head, in Reply reply, Dialect dialect = Dialect.Meta)
    {
        if (dialect == Dialect.Binary) return EndsBinary(head, in reply);
        switch (reply.Code)
        {
            case ReplyCode.ServerError:
                return true;
            case ReplyCode.ClientError:
                // The server refuses the command line before it looks at the data block, which it may then take for a command.
                return head.Kind != RequestKind.Store ? true : throw Violation("The server could not read a store request", reply);
            case ReplyCode.Error:
                throw Violation("The server does not know the command, or refuses the connection", reply);
        }

        var isClassic = dialect == Dialect.Classic;
        if (!(isClassic ? FitsClassic(head.Kind, reply.Code) : Fits(head.Kind, reply.Code))) throw Violation($"A {reply.Code} cannot answer a {head.Kind}", reply);
        if (!isClassic && !PlantedBug.OpaqueIgnored && head.Kind <= RequestKind.Arithmetic && reply.Opaque != head.Opaque)
            throw Violation($"A reply carries the opaque {reply.Opaque} where {head.Opaque} is due", reply);
        return reply.Code != ReplyCode.Stat;
    }

    // The header of a binary reply says which command it answers, and whose: whatever the answer is, an error included. Nor does an error put the
    // stream out of step here, as a request says how long it is before anything in it can be wrong.
    private static bool EndsBinary(OperationSlot head, in Reply reply)
    {
        if (!Answers(reply.Opcode, head.Kind)) throw Violation($"A reply to {reply.Opcode} came where a {head.Kind} was asked", reply);
        if (!PlantedBug.OpaqueIgnored && reply.Opaque != head.Opaque)
            throw Violation($"A reply carries the opaque {reply.Opaque} where {head.Opaque} is due", reply);
        if (reply.Code == ReplyCode.Unauthenticated)
            throw new ConnectException(new ConnectionClosed(CloseReason.AuthenticationFailed, "the server asks who is there, and did not before"));
        if (reply.Code is not (ReplyCode.ServerError or ReplyCode.ClientError) && !Fits(head.Kind, reply.Code))
            throw Violation($"A {reply.Code} cannot answer a {head.Kind}", reply);
        return reply.Code != ReplyCode.Stat;
    }

    private static bool Answers(BinaryOpcode? opcode, RequestKind asked) => opcode switch
    {
        BinaryOpcode.GetK or BinaryOpcode.GatK => asked == RequestKind.Get,
        BinaryOpcode.Touch => asked == RequestKind.Touch,
        BinaryOpcode.Set or BinaryOpcode.Add or BinaryOpcode.Replace or BinaryOpcode.Append or BinaryOpcode.Prepend => asked == RequestKind.Store,
        BinaryOpcode.Delete => asked == RequestKind.Delete,
        BinaryOpcode.Increment or BinaryOpcode.Decrement => asked == RequestKind.Arithmetic,
        BinaryOpcode.NoOp => asked == RequestKind.NoOp,
        BinaryOpcode.Version => asked == RequestKind.Version,
        BinaryOpcode.Flush => asked == RequestKind.FlushAll,
        BinaryOpcode.Stat => asked == RequestKind.Stats,
        _ => false,
    };

    private static bool Fits(RequestKind asked, ReplyCode reply) => (asked, reply) switch
    {
        (RequestKind.Get, ReplyCode.Value or ReplyCode.Miss) => true,
        (RequestKind.Touch, ReplyCode.Done or ReplyCode.Miss) => true,
        (RequestKind.Store, ReplyCode.Done or ReplyCode.NotStored or ReplyCode.Exists or ReplyCode.NotFound) => true,
        (RequestKind.Delete, ReplyCode.Done or ReplyCode.NotFound or ReplyCode.Exists) => true,
        (RequestKind.Arithmetic, ReplyCode.Value or ReplyCode.NotFound or ReplyCode.NotStored or ReplyCode.Exists) => true,
        (RequestKind.NoOp, ReplyCode.NoOp) => true,
        (RequestKind.Version, ReplyCode.Version) => true,
        (RequestKind.FlushAll, ReplyCode.Ok) => true,
        (RequestKind.Stats, ReplyCode.Stat or ReplyCode.End or ReplyCode.Reset) => true,
        _ => false,
    };

    // Nothing but its order and its shape says whose a classic reply is, so each kind has its own words; a value has its key besides.
    private static bool FitsClassic(RequestKind asked, ReplyCode reply) => (asked, reply) switch
    {
        (RequestKind.Get, ReplyCode.Value or ReplyCode.End) => true,
        (RequestKind.Touch, ReplyCode.Touched or ReplyCode.NotFound) => true,
        (RequestKind.Store, ReplyCode.Stored or ReplyCode.NotStored or ReplyCode.Exists or ReplyCode.NotFound) => true,
        (RequestKind.Delete, ReplyCode.Deleted or ReplyCode.NotFound) => true,
        (RequestKind.Arithmetic, ReplyCode.Number or ReplyCode.NotFound) => true,
        (RequestKind.NoOp, ReplyCode.Value or ReplyCode.End) => true,
        (RequestKind.Version, ReplyCode.Version) => true,
        (RequestKind.FlushAll, ReplyCode.Ok) => true,
        (RequestKind.Stats, ReplyCode.Stat or ReplyCode.End or ReplyCode.Reset) => true,
        _ => false,
    };

    /// <summary>Whether the reply is for the operation's own key. A reply that echoes none is judged by its opaque alone, or by its shape.</summary>
    public static bool IsForKeyOf(Operation operation, in Reply reply, Dialect dialect = Dialect.Meta) => PlantedBug.OpaqueIgnored || dialect switch
    {
        Dialect.Classic => IsValueOf(operation, in reply),
        Dialect.Binary => IsBinaryEchoOf(operation, in reply),
        _ => IsEchoOf(operation, in reply),
    };

    private static bool IsEchoOf(Operation operation, in Reply reply) => operation.Kind is RequestKind.Get or RequestKind.Touch
        ? reply.Code is ReplyCode.ServerError or ReplyCode.ClientError || reply.Key.SequenceEqual(CacheKey.TextOf(operation.Key))
        : reply.Key.IsEmpty || reply.Key.SequenceEqual(CacheKey.TextOf(operation.Key));

    private static bool IsValueOf(Operation operation, in Reply reply) => reply.Code != ReplyCode.Value
        || reply.Key.SequenceEqual(operation.Kind == RequestKind.NoOp ? ClassicRequests.ProbeKey : operation.Key)
        || IsEncoded(operation.Key, reply.Key);

    // Of binary commands only gets echo a key.
    private static bool IsBinaryEchoOf(Operation operation, in Reply reply) => operation.Kind != RequestKind.Get
        || reply.Code is ReplyCode.ServerError or ReplyCode.ClientError || reply.Key.SequenceEqual(operation.Key) || IsEncoded(operation.Key, reply.Key);

    private static bool IsEncoded(ReadOnlySpan<byte> key, ReadOnlySpan<byte> echo)
    {
        if (!CacheKey.IsBase64(key)) return false;
        Span<byte> text = stackalloc byte[CacheKey.MaxLength];
        return echo.SequenceEqual(text[..CacheKey.ToClassic(key, text)]);
    }

    /// <summary>A reply while nothing is in flight, such as "ERROR Too many open connections" before the first request.</summary>
    public static ProtocolException Unsolicited(in Reply reply) => Violation("A reply came that nobody asked for", reply);

    // Keys and values stay out of messages and logs: only the code and a server's own text are shown.
    private static ProtocolException Violation(string what, in Reply reply) => reply.Text.IsEmpty
        ? new ProtocolException($"{what} ({reply.Code})")
        : new ProtocolException($"{what} ({reply.Code})", reply.Text);
}
