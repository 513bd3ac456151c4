using ActorCache.Protocol;

namespace ActorCache;

/// <summary>What a tag is: a text that is checked as keys are, with a generation under a key of its own.</summary>
internal static class Tag
{
    // The rest of a key's 250 bytes is for the namespaces that a tag may belong to.
    private const int MaxBytes = 100;

    // No key of a namespace begins with it, and no tag holds it.
    private const char Delimiter = '~';

    /// <summary>The tag's generation's key.</summary>
    public static string KeyOf(string tag) => $"{Delimiter}{tag}";

    /// <summary>The tag as it is called outside of a namespace.</summary>
    public static string InNamespace(string name, string tag) => $"{name}{Delimiter}{tag}";

    /// <exception cref="ArgumentException">There are too many, or one is none.</exception>
    public static void Check(IReadOnlyCollection<string> tags, string parameter)
    {
        if (tags.Count > TagStamps.MaxTags) throw new ArgumentException($"A value has at most {TagStamps.MaxTags} tags; there are {tags.Count}.", parameter);
        foreach (var tag in tags) CheckOne(tag, parameter);
    }

    /// <summary>Any number of tags, each once.</summary>
    /// <exception cref="ArgumentException">One is none.</exception>
    public static string[] Checked(IEnumerable<string> tags, string parameter)
    {
        ArgumentNullException.ThrowIfNull(tags, parameter);
        var all = tags.Distinct(StringComparer.Ordinal).ToArray();
        foreach (var tag in all) CheckOne(tag, parameter);
        return all;
    }

    /// <exception cref="ArgumentException">It is none.</exception>
    public static void CheckOne(string tag, string parameter)
    {
        ArgumentNullException.ThrowIfNull(tag, parameter);
        if (tag.Contains(Delimiter, StringComparison.Ordinal)) throw new ArgumentException($"Tag \"{tag}\" holds a '{Delimiter}', which separates names.", parameter);
        Span<byte> room = stackalloc byte[CacheKey.MaxLength];
        int length;
        try
        {
            length = CacheKey.Encode(tag, room);
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"A tag is made as a key is: {e.Message}", parameter, e);
        }
        if (length > MaxBytes) throw new ArgumentException($"Tag is {length} bytes of UTF-8; at most {MaxBytes} are taken.", parameter);
    }

    /// <summary>Leaves behind what was stored with a tag. Its whole name, which may be in a namespace.</summary>
    public static async ValueTask<StoreResult> InvalidateAsync(Dispatcher dispatcher, string tag, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var ended = await Generation.EndAsync(dispatcher, KeyOf(tag), ct).ConfigureAwait(false);
        // Which of what is being created has the tag, only its caller knows.
        dispatcher.Flights.Overtaken();
        return ended;
    }

    /// <summary>As <see cref="InvalidateAsync"/>, for many, each by the name that <paramref name="whole"/> makes of it.</summary>
    public static async ValueTask<IReadOnlyDictionary<string, StoreResult>> InvalidateManyAsync(Dispatcher dispatcher, string[] tags, Func<string, string> whole, CancellationToken ct)
    {
        var results = await Task.WhenAll(Array.ConvertAll(tags, tag => InvalidateAsync(dispatcher, whole(tag), ct).AsTask())).ConfigureAwait(false);
        return tags.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
    }
}
