using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>What the real memcached makes of our classic requests, and what we make of its replies.</summary>
public sealed class ClassicRealServerTests(Memcached server) : IClassFixture<Memcached>
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes($"key:{Guid.NewGuid():N}");

    private string Key => Encoding.UTF8.GetString(_key);

    [Fact]
    public void A_stored_value_comes_back_with_its_key_flags_and_version()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Stored), Ask(to => ClassicRequests.Store(to, _key, Bytes("hello"), clientFlags: uint.MaxValue)));

        var got = Ask(to => ClassicRequests.Get(to, _key));
        Assert.True(got.Cas > 0);
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Value) with { Key = Key, ClientFlags = uint.MaxValue, Cas = got.Cas, Value = "hello" }, got);
        Assert.Equal(got with { Cas = 0 }, Ask(to => ClassicRequests.Get(to, _key, withCas: false)));
        Assert.Equal(got, Ask(to => ClassicRequests.Get(to, _key, exptime: 60)));
        Assert.Equal(got with { Cas = 0 }, Ask(to => ClassicRequests.Get(to, _key, withCas: false, exptime: 60)));
    }

    [Fact]
    public void What_is_not_there_is_an_END_or_NOT_FOUND()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.End), Ask(to => ClassicRequests.Get(to, _key)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.End), Ask(to => ClassicRequests.Get(to, _key, exptime: 60)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.End), Ask(ClassicRequests.Probe));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NotFound), Ask(to => ClassicRequests.Touch(to, _key, 60)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NotFound), Ask(to => ClassicRequests.Delete(to, _key)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NotFound), Ask(to => ClassicRequests.Arithmetic(to, _key, 1, false)));
        Assert.Equal(ReplyCode.NotFound, Store("x", StoreMode.Set, 7));
    }

    [Fact]
    public void The_modes_store_only_where_they_may()
    {
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Replace));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Append));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Prepend));
        Assert.Equal(ReplyCode.Stored, Store("b", StoreMode.Add));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Add));
        Assert.Equal(ReplyCode.Stored, Store("c", StoreMode.Append));
        Assert.Equal(ReplyCode.Stored, Store("a", StoreMode.Prepend));
        Assert.Equal("abc", Get().Value);
        var version = Get().Cas;
        Assert.Equal(ReplyCode.Stored, Store("new", StoreMode.Replace, version));
        Assert.Equal(ReplyCode.Exists, Store("x", StoreMode.Set, version));
        Assert.Equal("new", Get().Value);
    }

    [Fact]
    public void Touching_and_deleting_say_so()
    {
        Store("x", StoreMode.Set);
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Touched), Ask(to => ClassicRequests.Touch(to, _key, 60)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Deleted), Ask(to => ClassicRequests.Delete(to, _key)));
        Store("x", StoreMode.Set);
        Ask(to => ClassicRequests.Touch(to, _key, -1));
        Assert.Equal(ReplyCode.End, Get().Code);
    }

    [Fact]
    public void Counters_wrap_above_and_stop_at_zero()
    {
        Store("10", StoreMode.Set);
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Number) with { Value = "15" }, Ask(to => ClassicRequests.Arithmetic(to, _key, 5, false)));
        Assert.Equal("0", Ask(to => ClassicRequests.Arithmetic(to, _key, ulong.MaxValue, true)).Value);
        Assert.Equal("18446744073709551615", Ask(to => ClassicRequests.Arithmetic(to, _key, ulong.MaxValue, false)).Value);
        Assert.Equal("0", Ask(to => ClassicRequests.Arithmetic(to, _key, 1, false)).Value);
    }

    [Fact]
    public void What_the_server_refuses_leaves_the_stream_in_step()
    {
        Store("text", StoreMode.Set);
        var replies = server.Ask(4, to =>
        {
            ClassicRequests.Arithmetic(to, _key, 1, false);
            ClassicRequests.Get(to, _key);
            ClassicRequests.Store(to, _key, new ReadOnlySequence<byte>(new byte[2_000_000]));
            ClassicRequests.Probe(to);
        }, ClassicReplyReader.TryRead);

        Assert.Equal([ReplyCode.ClientError, ReplyCode.Value, ReplyCode.ServerError, ReplyCode.End], replies.Select(reply => reply.Code));
    }

    [Fact]
    public void Every_value_comes_back_byte_for_byte()
    {
        var large = new byte[1_000_000];
        new Random(7).NextBytes(large);
        byte[] every = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        byte[][] values = [[], "\r\n"u8.ToArray(), "\r\nEND\r\nVALUE x 0 1\r\n"u8.ToArray(), every, large];
        foreach (var value in values)
        {
            Ask(to => ClassicRequests.Store(to, _key, Segments.Of(value, value.Length / 3, value.Length / 2)));
            Assert.True(Encoding.Latin1.GetString(value) == Get().Value, $"a value of {value.Length} bytes came back changed");
        }
    }

    // A command whose last word is noreply has none: the key must not be taken for it.
    [Theory]
    [InlineData("noreply")]
    [InlineData("0")]
    [InlineData("\u2028\u00a0\u0085")]
    public void The_strangest_legal_keys_are_taken(string name)
    {
        var key = Encoding.UTF8.GetBytes(name);
        Assert.Equal(ReplyCode.Stored, Ask(to => ClassicRequests.Store(to, key, Bytes("1"))).Code);
        Assert.Equal(("1", Encoding.Latin1.GetString(key)), (Ask(to => ClassicRequests.Get(to, key)).Value, Ask(to => ClassicRequests.Get(to, key, exptime: 60)).Key));
        Assert.Equal("2", Ask(to => ClassicRequests.Arithmetic(to, key, 1, false)).Value);
        Assert.Equal(ReplyCode.Touched, Ask(to => ClassicRequests.Touch(to, key, 60)).Code);
        Assert.Equal(ReplyCode.Deleted, Ask(to => ClassicRequests.Delete(to, key)).Code);
    }

    [Fact]
    public void The_requests_without_a_key_are_the_same_words_as_in_meta()
    {
        Assert.Matches(@"^1\.\d+\.\d+", Ask(MetaRequests.Version).Text);
        Assert.Equal(ReplyCode.Reset, Ask(to => MetaRequests.Stats(to, "reset")).Code);
        Assert.Equal(ReplyCode.Ok, Ask(to => MetaRequests.FlushAll(to, 1_000_000)).Code);
        var lines = server.Ask(1, to => MetaRequests.Stats(to), ClassicReplyReader.TryRead);
        Assert.Equal(ReplyCode.End, lines[^1].Code);
        Assert.Contains(lines, line => line.Key == "uptime");
    }

    private ReplyCopy Ask(Action<IBufferWriter<byte>> write) => server.Ask(1, write, ClassicReplyReader.TryRead)[0];

    private ReplyCopy Get() => Ask(to => ClassicRequests.Get(to, _key));

    private ReplyCode Store(string value, StoreMode mode, ulong cas = 0) => Ask(to => ClassicRequests.Store(to, _key, Bytes(value), mode, cas: cas)).Code;

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
