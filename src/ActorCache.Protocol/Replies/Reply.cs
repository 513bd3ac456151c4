namespace ActorCache.Protocol;

/// <summary>One whole reply, as spans of the receive buffer: valid until the buffer is read into again.</summary>
public ref struct Reply
{
    /// <summary>What kind of reply it is.</summary>
    public ReplyCode Code { get; internal set; }

    /// <summary>The data block of <see cref="ReplyCode.Value"/>; of <see cref="ReplyCode.Stat"/>, the figure.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>What follows the code on a line that carries text: the version, the error.</summary>
    public ReadOnlySpan<byte> Text { get; internal set; }

    /// <summary>The key echoed (<c>k</c>); of <see cref="ReplyCode.Stat"/>, the figure's name. Empty when the reply has none.</summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>The opaque echoed (<c>O</c>), or -1 when the reply has none.</summary>
    public int Opaque { get; internal set; }

    /// <summary>The command that a binary reply says it answers; null in the other dialects.</summary>
    public BinaryOpcode? Opcode { get; internal set; }

    /// <summary>What a counter has come to, where that comes as a number (binary); null where it comes as the digits in <see cref="Value"/>.</summary>
    public ulong? Count { get; internal set; }

    /// <summary>The item's version (<c>c</c>), or 0.</summary>
    public ulong Cas { get; internal set; }

    /// <summary>The client flags (<c>f</c>), or 0.</summary>
    public uint ClientFlags { get; internal set; }

    /// <summary>Seconds the item has left (<c>t</c>): -1 for ever, null when not asked.</summary>
    public long? TimeToLive { get; internal set; }

    /// <summary>The stored size (<c>s</c>), or null when not asked.</summary>
    public long? Size { get; internal set; }

    /// <summary><c>W</c>: this caller won the right to refresh the item.</summary>
    public bool Won { get; internal set; }

    /// <summary><c>X</c>: the item is stale.</summary>
    public bool Stale { get; internal set; }

    /// <summary><c>Z</c>: another caller has won already.</summary>
    public bool WonByAnother { get; internal set; }

    /// <summary>
    /// Says a classic reply in the words of the meta dialect, so that who asked need not know in which one it was: STORED, DELETED and TOUCHED
    /// are <see cref="ReplyCode.Done"/>, END is <see cref="ReplyCode.Miss"/>, and a number is a <see cref="ReplyCode.Value"/>.
    /// </summary>
    public void Translate() => Code = Code switch
    {
        ReplyCode.Stored or ReplyCode.Deleted or ReplyCode.Touched => ReplyCode.Done,
        ReplyCode.End => ReplyCode.Miss,
        ReplyCode.Number => ReplyCode.Value,
        _ => Code,
    };
}
