using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>What the real memcached makes of our binary requests, and what we make of its replies. A connection's first byte decides what it speaks.</summary>
public sealed class BinaryRealServerTests(Memcached server) : IClassFixture<Memcached>
{
    private const ushort Opaque = 4711;
    private readonly byte[] _key = Encoding.UTF8.GetBytes($"key:{Guid.NewGuid():N}");

    private string Key => Encoding.UTF8.GetString(_key);

    [Fact]
    public void A_stored_value_comes_back_with_its_key_flags_and_version()
    {
        var stored = Ask(to => BinaryRequests.Store(to, _key, Opaque, Bytes("hello"), clientFlags: uint.MaxValue));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Set) with { Cas = stored.Cas }, stored);
        Assert.True(stored.Cas > 0);

        var got = Bare(ReplyCode.Value, BinaryOpcode.GetK) with { Key = Key, ClientFlags = uint.MaxValue, Cas = stored.Cas, Value = "hello" };
        Assert.Equal(got, Get());
        Assert.Equal(got with { Opcode = BinaryOpcode.GatK }, Ask(to => BinaryRequests.Get(to, _key, Opaque, 60)));
    }

    [Fact]
    public void What_is_not_there_says_so_and_a_get_names_the_key()
    {
        Assert.Equal(Bare(ReplyCode.Miss, BinaryOpcode.GetK) with { Key = Key }, Get());
        Assert.Equal(Bare(ReplyCode.Miss, BinaryOpcode.GatK) with { Key = Key }, Ask(to => BinaryRequests.Get(to, _key, Opaque, 60)));
        Assert.Equal(Bare(ReplyCode.Miss, BinaryOpcode.Touch), Ask(to => BinaryRequests.Touch(to, _key, Opaque, 60)));
        Assert.Equal(Bare(ReplyCode.NotFound, BinaryOpcode.Delete), Ask(to => BinaryRequests.Delete(to, _key, Opaque)));
        Assert.Equal(Bare(ReplyCode.NotFound, BinaryOpcode.Decrement), Ask(to => BinaryRequests.Arithmetic(to, _key, Opaque, 1, true)));
        Assert.Equal(ReplyCode.NotFound, Store("x", StoreMode.Set, 7));
        Assert.Equal(ReplyCode.NotFound, Store("x", StoreMode.Replace, 7));
    }

    [Fact]
    public void The_modes_store_only_where_they_may()
    {
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Replace));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Append));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Prepend));
        Assert.Equal(ReplyCode.Done, Store("b", StoreMode.Add));
        Assert.Equal(ReplyCode.NotStored, Store("x", StoreMode.Add));
        Assert.Equal(ReplyCode.Done, Store("c", StoreMode.Append));
        var version = Get().Cas;
        Assert.Equal(ReplyCode.Done, Store("a", StoreMode.Prepend, version));
        Assert.Equal("abc", Get().Value);
        Assert.Equal(ReplyCode.Exists, Store("x", StoreMode.Append, version));
        Assert.Equal(ReplyCode.Exists, Store("x", StoreMode.Replace, version));
        version = Get().Cas;
        Assert.Equal(ReplyCode.Done, Store("new", StoreMode.Replace, version));
        Assert.Equal(ReplyCode.Exists, Store("x", StoreMode.Set, version));
        Assert.Equal("new", Get().Value);
    }

    [Fact]
    public void A_touch_tells_flags_and_version_and_a_delete_nothing()
    {
        var stored = Ask(to => BinaryRequests.Store(to, _key, Opaque, Bytes("x"), clientFlags: 5));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Touch) with { ClientFlags = 5, Cas = stored.Cas }, Ask(to => BinaryRequests.Touch(to, _key, Opaque, 60)));
        Assert.Equal(Bare(ReplyCode.Done, BinaryOpcode.Delete), Ask(to => BinaryRequests.Delete(to, _key, Opaque)));
        Assert.Equal(ReplyCode.Miss, Get().Code);
    }

    [Fact]
    public void Counters_are_created_wrap_above_and_stop_at_zero()
    {
        Assert.Equal(10ul, Count(5, initial: 10));
        Assert.Equal(15ul, Count(5, initial: 10));
        Assert.Equal(0ul, Ask(to => BinaryRequests.Arithmetic(to, _key, Opaque, ulong.MaxValue, true)).Count);
        Assert.Equal(ulong.MaxValue, Count(ulong.MaxValue));
        Assert.Equal(0ul, Count(1));
        Assert.Equal("0", Get().Value.TrimEnd());
    }

    [Fact]
    public void What_the_server_refuses_leaves_the_stream_in_step()
    {
        Store("text", StoreMode.Set);
        var replies = server.Ask(6, to =>
        {
            BinaryRequests.Arithmetic(to, _key, 1, 1, false);
            BinaryRequests.Get(to, _key, 2);
            BinaryRequests.Store(to, _key, 3, new ReadOnlySequence<byte>(new byte[2_000_000]));
            BinaryRequests.Get(to, _key, 4);
            BinaryRequests.Mechanisms(to, 5);
            BinaryRequests.NoOp(to, 6);
        }, BinaryReplyReader.TryRead);

        Assert.Equal([ReplyCode.ClientError, ReplyCode.Value, ReplyCode.ServerError, ReplyCode.Miss, ReplyCode.Error, ReplyCode.NoOp], replies.Select(reply => reply.Code));
        Assert.Equal([1, 2, 3, 4, 5, 6], replies.Select(reply => reply.Opaque));
        Assert.Equal(["cannot increment or decrement non-numeric value", "", "object too large for cache"], replies.Take(3).Select(reply => reply.Text));
    }

    [Fact]
    public void Every_value_comes_back_byte_for_byte()
    {
        var large = new byte[1_000_000];
        new Random(7).NextBytes(large);
        byte[] every = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        byte[][] values = [[], "\r\n"u8.ToArray(), Encoding.Latin1.GetBytes(BinaryFrame.Hit(0, "k", "x")), every, large];
        foreach (var value in values)
        {
            Ask(to => BinaryRequests.Store(to, _key, Opaque, Segments.Of(value, value.Length / 3, value.Length / 2)));
            Assert.True(Encoding.Latin1.GetString(value) == Get().Value, $"a value of {value.Length} bytes came back changed");
        }
    }

    [Fact]
    public void The_requests_without_a_key_are_answered_too()
    {
        Assert.Equal(Bare(ReplyCode.NoOp, BinaryOpcode.NoOp), Ask(to => BinaryRequests.NoOp(to, Opaque)));
        Assert.Matches(@"^1\.\d+\.\d+", Ask(to => BinaryRequests.Version(to, Opaque)).Text);
        Assert.Equal(Bare(ReplyCode.Ok, BinaryOpcode.Flush), Ask(to => BinaryRequests.FlushAll(to, Opaque, 1_000_000)));
        var figures = server.Ask(1, to => BinaryRequests.Stats(to, Opaque), BinaryReplyReader.TryRead);
        Assert.Equal(Bare(ReplyCode.End, BinaryOpcode.Stat), figures[^1]);
        Assert.Contains(figures, figure => figure is { Key: "curr_connections", Opaque: Opaque } && int.Parse(figure.Value, System.Globalization.CultureInfo.InvariantCulture) > 0);
        Assert.Contains(server.Ask(1, to => BinaryRequests.Stats(to, Opaque, "settings"), BinaryReplyReader.TryRead), figure => figure is { Key: "item_size_max", Value: "1048576" });
        Assert.Equal(ReplyCode.ClientError, Ask(to => BinaryRequests.Stats(to, Opaque, "nonsense")).Code);
    }

    private ulong? Count(ulong by, ulong? initial = null) => Ask(to => BinaryRequests.Arithmetic(to, _key, Opaque, by, false, initial)).Count;

    private ReplyCopy Ask(Action<IBufferWriter<byte>> write) => server.Ask(1, write, BinaryReplyReader.TryRead)[0];

    private ReplyCopy Get() => Ask(to => BinaryRequests.Get(to, _key, Opaque));

    private ReplyCode Store(string value, StoreMode mode, ulong cas = 0) => Ask(to => BinaryRequests.Store(to, _key, Opaque, Bytes(value), mode, cas: cas)).Code;

    private static ReplyCopy Bare(ReplyCode code, BinaryOpcode opcode) => ReplyCopy.Bare(code) with { Opcode = opcode, Opaque = Opaque };

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
