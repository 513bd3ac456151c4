using System.Text;
using CsCheck;

namespace ActorCache.Protocol.Tests;

/// <summary>
/// Whatever bytes a peer sends: a reply, "not yet", or a ProtocolException; never another exception, never memory for a claim.
/// </summary>
public abstract class AnyBytesTests
{
    private readonly Reader _reader;
    private readonly byte[][] _words;
    private readonly ReplyCorpus _corpus;

    private protected AnyBytesTests(Reader reader, ReplyCorpus corpus, params string[] words)
    {
        (_reader, _corpus, _words) = (reader, corpus, [.. words.Select(Encoding.Latin1.GetBytes)]);
        Read(corpus.Replies[0]); // The first call of all is compiled, which allocates.
    }

    [Fact]
    public void Random_bytes() => Gen.Byte.Array[0, 200].Sample(bytes => Read(bytes), iter: 50_000);

    [Fact]
    public void Words_of_the_protocol_in_any_order() =>
        Gen.OneOf(_words).Array[0, 12].Sample(words => Read([.. words.SelectMany(word => word)]), iter: 100_000);

    [Fact]
    public void Replies_with_bytes_changed_lost_or_doubled() =>
        Gen.Select(Gen.Int[0, 199], Gen.Select(Gen.Int[0, 2], Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 4]).Sample(
            (which, changes) =>
            {
                var bytes = _corpus.Replies[which].ToList();
                foreach (var (change, at, to) in changes)
                {
                    if (bytes.Count == 0) break;
                    var index = at % bytes.Count;
                    if (change == 0) bytes[index] = to;
                    else if (change == 1) bytes.RemoveAt(index);
                    else bytes.Insert(index, bytes[index]);
                }
                Read([.. bytes]);
            },
            iter: 100_000);

    private void Read(byte[] bytes)
    {
        bool whole = false;
        int consumed = 0, needed = 0, value = 0;
        try
        {
            Assert.Equal(0, Allocated.By(() =>
            {
                whole = _reader(bytes, out var reply, out consumed, out needed);
                value = reply.Value.Length;
            }));
        }
        catch (ProtocolException)
        {
            return;
        }

        if (whole) Assert.InRange(consumed, value + 2, bytes.Length);
        else Assert.True(consumed == 0 && needed > bytes.Length, $"consumed {consumed}, needs {needed} of {bytes.Length}");
    }
}

public sealed class AnyMetaBytesTests() : AnyBytesTests(ReplyReader.TryRead, ReplyCorpus.Meta,
    "VA ", "HD ", "EN", "\r\n", "STAT ", "2147483647", "-1", "99999999999", " O", " k",
    " c", "0", "7", " ", "\r", "\n", "SERVER_ERROR ", "MN", " t-1");

public sealed class AnyClassicBytesTests() : AnyBytesTests(ClassicReplyReader.TryRead, ReplyCorpus.Classic,
    "VALUE ", "END", "END\r\n", "STORED", "\r\n", "STAT ", "2147483647", "-1", "99999999999", " k", " 0", "0", "7",
    " ", "\r", "\n", "SERVER_ERROR ", "NOT_FOUND", "VALUE k 0 1\r\nx\r\n");

public sealed class AnyBinaryBytesTests() : AnyBytesTests(BinaryReplyReader.TryRead, ReplyCorpus.Binary,
    "\u0081", "\u0081\u000c", "\u0081\u000c\0\u0001\u0004\0\0\0", "\u0081\u0001\0\0\0\0\0\0", "\0", "\0\0\0\0", "\0\0\0\0\0\0\0\0", "\0\u0001",
    "\u0004", "\0\0\0\u0008", "\u007f\u00ff\u00ff\u00ff", "\u00ff\u00ff\u00ff\u00ff", "k", "\0\0\0\0\0\0\0\0\0\0\0\0", "\u0080", "ERROR\r\n");
