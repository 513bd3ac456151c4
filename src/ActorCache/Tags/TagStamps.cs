using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using ActorCache.Protocol;

namespace ActorCache;

/// <summary>
/// The tags of a value, each with its generation when the value was stored. They stand before the value: a mark, how many, and for each its
/// length, its text and its generation, at most <see cref="MaxBytes"/> in all. A value is good for as long as all of them are what they were.
/// </summary>
internal sealed class TagStamps
{
    /// <summary>Tags a value may have.</summary>
    public const int MaxTags = 16;

    /// <summary>What the tags of a value take before it, at most.</summary>
    public const int MaxBytes = 2 + MaxTags * (1 + CacheKey.MaxLength + sizeof(ulong));

    // Also tells that nothing was prepended to the item since.
    private const byte Mark = 0xC7;

    private readonly string[] _tags;
    private readonly ulong[] _generations;

    private TagStamps(string[] tags, ulong[] generations) => (_tags, _generations) = (tags, generations);

    /// <summary>The tags as they are at present, begun where there are none.</summary>
    /// <returns>Hit with them, or why they cannot be had.</returns>
    public static async ValueTask<(CacheOutcome Outcome, TagStamps? Stamps)> NowAsync(Dispatcher dispatcher, IEnumerable<string> tags, CancellationToken ct)
    {
        var distinct = tags.Distinct(StringComparer.Ordinal).ToArray();
        var generations = new ulong[distinct.Length];
        var asked = Array.ConvertAll(distinct, tag => Generation.NowAsync(dispatcher, Tag.KeyOf(tag), ct).AsTask());
        var answers = await Task.WhenAll(asked).ConfigureAwait(false);
        for (var i = 0; i < answers.Length; i++)
        {
            if (answers[i].Outcome != CacheOutcome.Hit) return (answers[i].Outcome, null);
            generations[i] = answers[i].Value;
        }
        return (CacheOutcome.Hit, new TagStamps(distinct, generations));
    }

    /// <summary>Reads the tags before a value; null for bytes that are none.</summary>
    public static TagStamps? Read(ReadOnlySpan<byte> bytes, out int length)
    {
        length = 0;
        if (bytes.Length < 2 || bytes[0] != Mark || bytes[1] is 0 or > MaxTags) return null;
        var tags = new string[bytes[1]];
        var generations = new ulong[tags.Length];
        var at = 2;
        for (var i = 0; i < tags.Length; i++)
        {
            if (bytes.Length <= at || bytes.Length < at + 1 + bytes[at] + sizeof(ulong)) return null;
            var text = bytes.Slice(at + 1, bytes[at]);
            tags[i] = Encoding.UTF8.GetString(text);
            at += 1 + text.Length;
            generations[i] = BinaryPrimitives.ReadUInt64BigEndian(bytes[at..]);
            at += sizeof(ulong);
        }
        length = at;
        return new TagStamps(tags, generations);
    }

    /// <summary>A value with its tags before it.</summary>
    public ReadOnlySequence<byte> Before(in ReadOnlySequence<byte> value)
    {
        var all = new ArrayBufferWriter<byte>(checked((int)value.Length + 256));
        all.Write([Mark, (byte)_tags.Length]);
        for (var i = 0; i < _tags.Length; i++)
        {
            var room = all.GetSpan(1 + CacheKey.MaxLength + sizeof(ulong));
            var length = Encoding.UTF8.GetBytes(_tags[i], room[1..]);
            room[0] = (byte)length;
            BinaryPrimitives.WriteUInt64BigEndian(room[(1 + length)..], _generations[i]);
            all.Advance(1 + length + sizeof(ulong));
        }
        foreach (var piece in value) all.Write(piece.Span);
        return new ReadOnlySequence<byte>(all.WrittenMemory);
    }

    /// <summary>Whether the tags are still what they were.</summary>
    /// <returns>Hit: all are. Miss: one is not, or is lost. Else why that cannot be told.</returns>
    public async Task<CacheOutcome> CheckAsync(Dispatcher dispatcher, CancellationToken ct)
    {
        // The tags came off the wire: what is no key makes the value no value.
        var batch = new OperationBatch<GetOperation<ulong>, CacheResult<ulong>>(dispatcher.Wave);
        foreach (var tag in _tags)
        {
            var operation = GetOperation<ulong>.Rent();
            try
            {
                operation.Begin(dispatcher, Tag.KeyOf(tag));
            }
            catch (ArgumentException e)
            {
                batch.Refuse(e);
                return CacheOutcome.Miss;
            }
            batch.Add(Tag.KeyOf(tag), operation);
        }
        var answers = await batch.RunAsync(ct).ConfigureAwait(false);
        var outcome = CacheOutcome.Hit;
        for (var i = 0; i < _tags.Length; i++)
        {
            var answer = answers[Tag.KeyOf(_tags[i])];
            if (answer.Outcome == CacheOutcome.Miss || answer.IsHit && answer.Value != _generations[i]) return CacheOutcome.Miss;
            if (!answer.IsHit) outcome = answer.Outcome;
        }
        return outcome;
    }
}
