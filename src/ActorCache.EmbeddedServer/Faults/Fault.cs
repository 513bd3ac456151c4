using ActorCache.EmbeddedServer.Connections;

namespace ActorCache.EmbeddedServer;

/// <summary>
/// Something that goes wrong on purpose: what it does, and when it strikes. Made by the factories here, narrowed by
/// <see cref="WithProbability"/>, <see cref="Times"/> and <see cref="ForKeys"/>, and switched on by <see cref="ServerFaults.Add"/>.
/// A fault is a description without state: the same one may be added twice, and to several servers.
/// </summary>
public abstract record Fault
{
    private protected Fault()
    {
    }

    /// <summary>A closed listener, an unfiltered one only.</summary>
    internal virtual bool ClosesListener => false;

    /// <summary>Before a command runs: hold it until the fault is switched off.</summary>
    internal virtual bool Holds => false;

    /// <summary>Before a command runs: reset its connection instead.</summary>
    internal virtual bool Resets => false;

    /// <summary>Commands let through before each strike.</summary>
    internal virtual int LetsThrough => 0;

    /// <summary>How much later the reply leaves.</summary>
    internal virtual TimeSpan Lateness => TimeSpan.Zero;

    internal double Probability { get; private init; } = 1;

    internal int Seed { get; private init; }

    internal long Limit { get; private init; } = long.MaxValue;

    internal KeyPattern? Keys { get; private init; }

    internal bool StrikesEverything => Probability >= 1 && Limit == long.MaxValue && Keys is null;

    /// <summary>New connects are refused while it is on, because nothing listens; open connections live on.</summary>
    /// <remarks>It strikes connects, which have no key and are the kernel's to count: it takes no filter, and its hits stay 0.</remarks>
    public static Fault Refuse() => new RefuseFault();

    /// <summary>
    /// The server hangs, as a process stopped by SIGSTOP does: connects still succeed, but nothing is read, executed or answered while it
    /// is on. When it is switched off, everything that waited is executed and answered, so writes the client gave up on ARE applied late.
    /// </summary>
    /// <remarks>With a filter only the commands it strikes hang, and what is behind them on the same connection.</remarks>
    public static Fault Stall() => new StallFault();

    /// <summary>Replies leave later by this much. A connection's replies keep their order, and commands go on being executed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or less.</exception>
    public static Fault Delay(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(by, TimeSpan.Zero);
        return new DelayFault(by);
    }

    /// <summary>The command is executed, but its reply is replaced by bytes that are no protocol.</summary>
    public static Fault Garbage() => new GarbageFault();

    /// <summary>The command is executed, but its reply ends after so many bytes and the connection is closed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public static Fault Truncate(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return new TruncateFault(bytes);
    }

    /// <summary>
    /// So many more commands are executed and answered; the next one is not, but resets the connection that brought it. Then it counts
    /// anew. It counts over all connections together; <see cref="Times"/> 1 makes it strike only once.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than 0.</exception>
    public static Fault DropAfter(int commands)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(commands);
        return new DropAfterFault(commands);
    }

    /// <summary>Strikes only some of the commands it could, decided by a generator with this seed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not between 0 and 1.</exception>
    public Fault WithProbability(double probability, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1.0);
        return Narrowed(this with { Probability = probability, Seed = seed });
    }

    /// <summary>Strikes so many times, and then no more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Zero or less.</exception>
    public Fault Times(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        return Narrowed(this with { Limit = count });
    }

    /// <summary>
    /// Strikes only commands with a key that matches, as the key stands on the wire: <c>*</c> is any text, <c>?</c> any one byte.
    /// </summary>
    /// <exception cref="ArgumentException">Null or empty.</exception>
    public Fault ForKeys(string pattern)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        return Narrowed(this with { Keys = new KeyPattern(pattern) });
    }

    /// <summary>After a command ran: spoils the reply that begins at a position. True if the connection ends with it.</summary>
    internal virtual bool Spoil(ReplyBuffer reply, int start, Random random) => false;

    private static Fault Narrowed(Fault fault) => fault.ClosesListener
        ? throw new InvalidOperationException("Refuse strikes connects, not commands: it takes no probability, count or keys.")
        : fault;
}
