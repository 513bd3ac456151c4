namespace ActorCache.Chaos;

/// <summary>How often a lying server does what; each of one request.</summary>
internal sealed record Lies
{
    /// <summary>The connection is reset instead of an answer.</summary>
    public double Reset { get; init; }

    /// <summary>The reply comes in pieces, a few milliseconds apart.</summary>
    public double Drip { get; init; }

    /// <summary>The reply ends somewhere, and the connection with it.</summary>
    public double Truncate { get; init; }

    /// <summary>Bytes that are no protocol instead of the reply.</summary>
    public double Garbage { get; init; }

    /// <summary>One more reply behind the right one, with another key's value.</summary>
    public double Extra { get; init; }

    /// <summary>The reply is another key's, under the right number.</summary>
    public double WrongKey { get; init; }

    /// <summary>The reply carries the neighbour's number, the right key, and another key's value.</summary>
    public double WrongOpaque { get; init; }

    /// <summary>One of <see cref="Lengths"/> is announced.</summary>
    public double HugeLength { get; init; }

    /// <summary>Lengths no value has here: beyond what a number may be, what a server may keep, and what one usually keeps.</summary>
    public IReadOnlyList<long> Lengths { get; init; } = [int.MaxValue, 1L << 32, 1 << 30, 64 << 20];

    /// <summary>A length below zero is announced.</summary>
    public double NegativeLength { get; init; }

    /// <summary>This reply and all behind it wait for a while.</summary>
    public double Delay { get; init; }

    /// <summary>The longest such wait.</summary>
    public int DelayMs { get; init; } = 40;

    /// <summary><c>ERROR</c>.</summary>
    public double Error { get; init; }

    /// <summary><c>CLIENT_ERROR</c>.</summary>
    public double ClientError { get; init; }

    /// <summary><c>SERVER_ERROR</c>.</summary>
    public double ServerError { get; init; }

    /// <summary>Every reply is later by this much; they keep coming all the while, each late.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>What is done to one request.</summary>
    public Lie Choose(Random dice)
    {
        var left = dice.NextDouble();
        (double Odds, Lie Lie)[] all =
        [
            (Reset, Lie.Reset), (Drip, Lie.Drip), (Truncate, Lie.Truncate), (Garbage, Lie.Garbage), (Extra, Lie.Extra), (WrongKey, Lie.WrongKey),
            (WrongOpaque, Lie.WrongOpaque), (HugeLength, Lie.HugeLength), (NegativeLength, Lie.NegativeLength), (Delay, Lie.Delay),
            (Error, Lie.Error), (ClientError, Lie.ClientError), (ServerError, Lie.ServerError),
        ];
        foreach (var (odds, lie) in all)
        {
            if ((left -= odds) < 0) return lie;
        }
        return Lie.None;
    }
}
