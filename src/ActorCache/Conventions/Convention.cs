namespace ActorCache;

/// <summary>What the clients of other languages say, and mean, with the low 16 bits of the client flags. This one: nothing.</summary>
internal class Convention
{
    private static readonly Convention Plain = new();

    public static Convention Of(FlagConvention choice) => choice switch
    {
        FlagConvention.Python => new PythonConvention(),
        FlagConvention.Php => new PhpConvention(),
        _ => Plain,
    };

    /// <summary>What others call a value of this kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="isJson">Of an object: whether it is JSON, which others can read.</param>
    public virtual uint FlagsOf(ValueKind kind, bool isJson) => 0;

    /// <summary>What others call Deflate; null where they know none.</summary>
    public virtual uint? Deflated => null;

    /// <summary>How many bytes others have in front of what is compressed.</summary>
    public virtual int HeaderLength => 0;

    /// <summary>Writes those bytes.</summary>
    /// <param name="header">As long as <see cref="HeaderLength"/>.</param>
    /// <param name="length">The length of the value before it was compressed.</param>
    public virtual void WriteHeader(Span<byte> header, int length) { }

    /// <summary>Whether the bytes are the value, with nothing to undo; of the low bits alone.</summary>
    public virtual bool IsBare(uint flags) => true;

    /// <summary>Undoes what others have done to a value.</summary>
    /// <exception cref="CacheValueException">That cannot be undone here.</exception>
    public virtual ReadOnlySpan<byte> Undo(uint flags, ReadOnlySpan<byte> bytes, BoundedBuffer room) => bytes;
}
