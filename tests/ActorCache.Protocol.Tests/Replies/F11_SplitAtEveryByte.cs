using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>F11: TCP keeps no piece together: replies read the same however they are cut, and waiting costs no reading anew.</summary>
public abstract class F11_SplitAtEveryByte
{
    private readonly Reader _read;
    private readonly ReplyCorpus _corpus;
    private readonly string _megabyte;
    private readonly string _end;
    private readonly int _looks;

    private protected F11_SplitAtEveryByte(Reader read, ReplyCorpus corpus, string megabyte, string end, int? looks = null) =>
        (_read, _corpus, _megabyte, _end, _looks) = (read, corpus, megabyte, end, looks ?? megabyte.Length + 1);

    [Fact]
    public void Two_hundred_replies_cut_in_two_at_every_byte_read_the_same()
    {
        for (var cut = 0; cut <= _corpus.Stream.Length; cut++) AssertReadsTheSame([cut, _corpus.Stream.Length], $"cut at {cut}");
    }

    [Fact]
    public void Two_hundred_replies_cut_in_many_pieces_read_the_same()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var ends = Enumerable.Range(0, random.Next(2, 400)).Select(_ => random.Next(_corpus.Stream.Length + 1))
                .Append(_corpus.Stream.Length).Order().ToArray();
            AssertReadsTheSame(ends, $"seed {seed}");
        }
    }

    [Fact]
    public void Two_hundred_replies_that_come_byte_by_byte_read_the_same() =>
        AssertReadsTheSame([.. Enumerable.Range(1, _corpus.Stream.Length)], "byte by byte");

    [Fact]
    public void A_reply_is_never_whole_before_its_last_byte_nor_needs_more_than_it_has()
    {
        foreach (var reply in _corpus.Replies)
        {
            for (var length = 0; length < reply.Length; length++)
            {
                Assert.False(_read(reply.AsSpan(0, length), out _, out var consumed, out var needed));
                Assert.Equal(0, consumed);
                Assert.InRange(needed, length + 1, reply.Length);
            }
        }
    }

    [Fact]
    public void A_megabyte_that_comes_byte_by_byte_is_looked_at_once_when_its_length_is_known()
    {
        var head = Encoding.Latin1.GetBytes(_megabyte);
        byte[] reply = [.. head, .. new byte[1 << 20], .. Encoding.ASCII.GetBytes(_end)];
        int looks = 0, needed = 0;

        for (var length = 1; length <= reply.Length; length++)
        {
            if (length < needed) continue;
            looks++;
            Assert.Equal(length == reply.Length, _read(reply.AsSpan(0, length), out _, out _, out needed));
        }

        Assert.Equal(_looks, looks);
    }

    // Reads as a connection does: what is not whole stays, and is not looked at again before it is as long as needed.
    private void AssertReadsTheSame(ReadOnlySpan<int> ends, string how)
    {
        var stream = _corpus.Stream.AsSpan();
        int start = 0, needed = 0, count = 0;
        foreach (var end in ends)
        {
            while (end - start >= needed && _read(stream[start..end], out var reply, out var consumed, out needed))
            {
                var expected = _corpus.Read[count];
                if (expected != ReplyCopy.Of(in reply)) Assert.Fail($"{how}: reply {count} reads {ReplyCopy.Of(in reply)}, not {expected}");
                (start, needed, count) = (start + consumed, 0, count + 1);
            }
        }
        if (count != 200 || start != stream.Length) Assert.Fail($"{how}: {count} replies of 200, {start} bytes of {stream.Length}");
    }
}

public sealed class F11_MetaSplitAtEveryByte() : F11_SplitAtEveryByte(ReplyReader.TryRead, ReplyCorpus.Meta, "VA 1048576 kuser:42 c1 O7\r\n", "\r\n");

public sealed class F11_ClassicSplitAtEveryByte() : F11_SplitAtEveryByte(ClassicReplyReader.TryRead, ReplyCorpus.Classic, "VALUE user:42 0 1048576 1\r\n", "\r\nEND\r\n");

// At its first byte, when its header is there, and when it is whole.
public sealed class F11_BinarySplitAtEveryByte() : F11_SplitAtEveryByte(BinaryReplyReader.TryRead, ReplyCorpus.Binary,
    BinaryFrame.Hit(7, "k", new string('\0', 1 << 20))[..^(1 << 20)], "", looks: 3);

/// <summary>What the other tests of replies are worth.</summary>
public sealed class ReplyCorpusTests
{
    [Fact]
    public void The_three_corpora_are_two_hundred_replies_each_and_every_kind_is_among_them()
    {
        Assert.Equal(200, ReplyCorpus.Meta.Read.Count);
        Assert.Equal(200, ReplyCorpus.Classic.Read.Count);
        Assert.Equal(200, ReplyCorpus.Binary.Read.Count);
        Assert.Equal(Enum.GetValues<BinaryOpcode>(), ReplyCorpus.Binary.Read.Select(reply => reply.Opcode!.Value).Distinct().Order());
        Assert.Equal(Enum.GetValues<ReplyCode>(), ReplyCorpus.Meta.Read.Concat(ReplyCorpus.Classic.Read).Concat(ReplyCorpus.Binary.Read).Select(reply => reply.Code).Distinct().Order());
    }
}
