using CsCheck;

namespace ActorCache.Protocol.Tests;

/// <summary>
/// Whatever bytes a peer sends: a reply, "not yet", or a ProtocolException; never another exception, never memory for a claim.
/// </summary>
public sealed class AnyBytesTests
{
    private static readonly byte[][] Words =
    [
        "VA "u8.ToArray(), "HD "u8.ToArray(), "EN"u8.ToArray(), "\r\n"u8.ToArray(), "STAT "u8.ToArray(), "2147483647"u8.ToArray(),
        "-1"u8.ToArray(), "99999999999"u8.ToArray(), " O"u8.ToArray(), " k"u8.ToArray(), " c"u8.ToArray(), "0"u8.ToArray(), "7"u8.ToArray(),
        " "u8.ToArray(), "\r"u8.ToArray(), "\n"u8.ToArray(), "SERVER_ERROR "u8.ToArray(), "MN"u8.ToArray(), " t-1"u8.ToArray(),
    ];

    static AnyBytesTests() => Read("HD O1\r\n"u8.ToArray());

    [Fact]
    public void Random_bytes() => Gen.Byte.Array[0, 200].Sample(bytes => Read(bytes), iter: 50_000);

    [Fact]
    public void Words_of_the_protocol_in_any_order() =>
        Gen.OneOf(Words).Array[0, 12].Sample(words => Read([.. words.SelectMany(word => word)]), iter: 100_000);

    [Fact]
    public void Replies_with_bytes_changed_lost_or_doubled() =>
        Gen.Select(Gen.Int[0, 199], Gen.Select(Gen.Int[0, 2], Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 4]).Sample(
            (which, changes) =>
            {
                var bytes = ReplyCorpus.Replies[which].ToList();
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

    private static void Read(byte[] bytes)
    {
        bool whole = false;
        int consumed = 0, needed = 0, value = 0;
        try
        {
            Assert.Equal(0, Allocated.By(() =>
            {
                whole = ReplyReader.TryRead(bytes, out var reply, out consumed, out needed);
                value = reply.Value.Length;
            }));
        }
        catch (ProtocolException)
        {
            return;
        }

        if (whole) Assert.InRange(consumed, value + 4, bytes.Length);
        else Assert.True(consumed == 0 && needed > bytes.Length, $"consumed {consumed}, needs {needed} of {bytes.Length}");
    }
}
