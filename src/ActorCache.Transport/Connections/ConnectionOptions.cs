using ActorCache.Protocol;

namespace ActorCache.Transport;

/// <summary>How one connection dials, waits and bounds itself.</summary>
public sealed record ConnectionOptions
{
    /// <summary>What the server is spoken to in. Default: what it turns out to speak; that is never the binary dialect.</summary>
    public Dialect Dialect { get; init; }

    /// <summary>
    /// The peer hangs up on all that is not about one key (<c>stats</c>, <c>flush_all</c>, and what it does not know), as twemproxy does: none of
    /// that is sent. Default false: found out at the handshake when <see cref="Dialect"/> is Auto.
    /// </summary>
    public bool KeysOnly { get; init; }

    /// <summary>Said to a server that asks who is there. Default null: nobody asks.</summary>
    public Credentials? Credentials { get; init; }

    /// <summary>
    /// Whether <see cref="Credentials"/> may be said without TLS to a server on another machine. Default false: such a server is not spoken to. Loopback
    /// addresses and Unix sockets need no leave.
    /// </summary>
    public bool AllowCleartextPassword { get; init; }

    /// <summary>How TLS is spoken. Default null: not at all.</summary>
    public TlsOptions? Tls { get; init; }

    /// <summary>TCP connect, TLS and answered handshake of one dial, hang-ups and dials anew included. Default 500 ms.</summary>
    public TimeSpan ConnectTimeout
    {
        get => Timeouts.Connect;
        init => Timeouts = new Timeouts { Connect = value, Read = Timeouts.Read };
    }

    /// <summary>How long an attempt waits for its answer, and how long operations may be in flight with no byte arriving. Default 500 ms.</summary>
    public TimeSpan ReadTimeout
    {
        get => Timeouts.Read;
        init => Timeouts = new Timeouts { Connect = Timeouts.Connect, Read = value };
    }

    /// <summary>Both of them, for whoever is to follow their changes: copies of these options share it, unless they are given a time of their own.</summary>
    public Timeouts Timeouts { get; init; } = new();

    /// <summary>How long a connection may be quiet before it is asked for a sign of health. Default 5 s.</summary>
    public TimeSpan IdleProbe { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often deadlines are looked at while operations are in flight. Default 25 ms.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Operations in flight at most; the next one is refused. 1 to <see cref="LargestWindow"/>; default 16,384.</summary>
    public int MaxInFlight { get; init; } = 16_384;

    /// <summary>Bytes waiting to be sent at most; a request that would wait behind so many is refused. Default 32 MiB.</summary>
    public int MaxUnsentBytes { get; init; } = 32 << 20;

    /// <summary>The longest value a reply may announce: a longer one ends the connection before it is waited for. Default: the longest there is.</summary>
    public int MaxValueBytes { get; init; } = ReplyReader.MaxValue;

    /// <summary>The opaque is 16 bits: a window must not wrap it.</summary>
    public const int LargestWindow = 65_535;
}
