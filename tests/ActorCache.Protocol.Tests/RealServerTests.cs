using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>What the real memcached makes of our requests, and what we make of its replies.</summary>
public sealed class RealServerTests(Memcached server) : IClassFixture<Memcached>
{
    private readonly byte[] _key = Encoding.UTF8.GetBytes($"key:{Guid.NewGuid():N}");

    private string Key => Encoding.UTF8.GetString(_key);

    [Fact]
    public void A_stored_value_comes_back_with_its_key_cas_and_opaque()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Done) with { Opaque = 1 }, Ask(to => MetaRequests.Store(to, _key, 1, Bytes("hello"))));

        var got = Ask(to => MetaRequests.Get(to, _key, 65535));
        Assert.True(got.Cas > 0);
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Value) with { Opaque = 65535, Key = Key, Cas = got.Cas, Value = "hello" }, got);
    }

    [Fact]
    public void A_miss_echoes_key_and_opaque()
    {
        var miss = ReplyCopy.Bare(ReplyCode.Miss) with { Opaque = 4, Key = Key };
        Assert.Equal(miss, Ask(to => MetaRequests.Get(to, _key, 4)));
        Assert.Equal(miss, Ask(to => MetaRequests.Get(to, _key, 4, 60)));
        Assert.Equal(miss, Ask(to => MetaRequests.Touch(to, _key, 4, 60)));
    }

    [Fact]
    public void Touching_answers_without_the_value_and_getting_may_touch()
    {
        Set("x");
        var version = Ask(to => MetaRequests.Get(to, _key, 4)).Cas;
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Done) with { Opaque = 5, Key = Key, Cas = version }, Ask(to => MetaRequests.Touch(to, _key, 5, 60)));
        Assert.Equal("x", Ask(to => MetaRequests.Get(to, _key, 6, 60)).Value);

        Ask(to => MetaRequests.Touch(to, _key, 7, -1));
        Assert.Equal(ReplyCode.Miss, Ask(to => MetaRequests.Get(to, _key, 8)).Code);
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
        Assert.Equal(ReplyCode.Done, Store("a", StoreMode.Prepend));
        Assert.Equal("abc", Get().Value);
        Assert.Equal(ReplyCode.Done, Store("new", StoreMode.Replace));
        Assert.Equal("new", Get().Value);
    }

    [Fact]
    public void A_version_guards_a_store()
    {
        Assert.Equal(ReplyCode.NotFound, Ask(to => MetaRequests.Store(to, _key, 1, Bytes("x"), cas: 1)).Code);
        Set("old");
        var cas = Get().Cas;

        Assert.Equal(ReplyCode.Exists, Ask(to => MetaRequests.Store(to, _key, 1, Bytes("x"), cas: ulong.MaxValue)).Code);
        Assert.Equal(ReplyCode.Done, Ask(to => MetaRequests.Store(to, _key, 1, Bytes("new"), cas: cas)).Code);
        Assert.Equal(ReplyCode.Exists, Ask(to => MetaRequests.Store(to, _key, 1, Bytes("x"), cas: cas)).Code);
        Assert.Equal("new", Get().Value);
    }

    [Fact]
    public void Client_flags_and_lifetime_are_kept()
    {
        Ask(to => MetaRequests.Store(to, _key, 1, Bytes("x"), exptime: 2_592_000, clientFlags: uint.MaxValue));

        var kept = Ask(to => to.Write(Encoding.UTF8.GetBytes($"mg {Key} f t s O2\r\n")));
        Assert.Equal((uint.MaxValue, 1L), (kept.ClientFlags, kept.Size));
        Assert.InRange(kept.TimeToLive!.Value, 2_591_990, 2_592_000);
    }

    [Fact]
    public void A_lifetime_past_2038_is_kept_to_the_last_second_that_memcached_can_be_told()
    {
        Ask(to => MetaRequests.Store(to, _key, 1, Bytes("x"), exptime: Expiration.From(TimeSpan.MaxValue, DateTimeOffset.UtcNow)));

        Assert.Equal("x", Get().Value);
    }

    [Fact]
    public void Deleting_says_whether_it_was_there()
    {
        Set("x");
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Done) with { Opaque = 9 }, Ask(to => MetaRequests.Delete(to, _key, 9)));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NotFound) with { Opaque = 9 }, Ask(to => MetaRequests.Delete(to, _key, 9)));
    }

    [Fact]
    public void Counters_are_created_counted_and_stop_at_zero()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NotFound) with { Opaque = 1 }, Count(1, false));
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Value) with { Opaque = 1, Value = "10" }, Count(1, false, 10, 60));
        Assert.Equal("15", Count(5, false).Value);
        Assert.Equal("12", Count(3, true, exptime: 60).Value);
        Assert.Equal("0", Count(ulong.MaxValue, true).Value);
        Assert.Equal("18446744073709551615", Count(ulong.MaxValue, false).Value);
        Assert.Equal("0", Count(1, false).Value);
    }

    [Fact]
    public void Counting_what_is_no_number_is_the_clients_error_and_the_stream_stays_in_step()
    {
        Set("text");

        var replies = server.Ask(2, to =>
        {
            MetaRequests.Arithmetic(to, _key, 1, 1, false);
            MetaRequests.Get(to, _key, 2);
        });

        Assert.Equal([(ReplyCode.ClientError, -1), (ReplyCode.Value, 2)], replies.Select(reply => (reply.Code, reply.Opaque)));
    }

    [Fact]
    public void A_value_too_large_is_the_servers_error_and_the_stream_stays_in_step()
    {
        var replies = server.Ask(2, to =>
        {
            MetaRequests.Store(to, _key, 1, new ReadOnlySequence<byte>(new byte[2_000_000]));
            MetaRequests.NoOp(to);
        });

        Assert.Equal([ReplyCode.ServerError, ReplyCode.NoOp], replies.Select(reply => reply.Code));
    }

    [Fact]
    public void Every_value_comes_back_byte_for_byte()
    {
        var random = new Random(7);
        var large = new byte[1_000_000];
        random.NextBytes(large);
        byte[] every = [.. Enumerable.Range(0, 256).Select(b => (byte)b)];
        byte[][] values = [[], "\r\n"u8.ToArray(), "END\r\nVALUE x 0 1\r\n"u8.ToArray(), every, large];
        foreach (var value in values)
        {
            Ask(to => MetaRequests.Store(to, _key, 1, Segments.Of(value, value.Length / 3, value.Length / 2)));
            Assert.True(Encoding.Latin1.GetString(value) == Get().Value, $"a value of {value.Length} bytes came back changed");
        }
    }

    [Theory]
    [InlineData("é", 125)]
    [InlineData("k", 250)]
    [InlineData("日", 83)]
    [InlineData("\u2028\u00a0\u0085", 30)]
    public void The_longest_and_strangest_legal_keys_are_taken(string part, int times)
    {
        var room = new byte[CacheKey.MaxLength];
        var key = room[..CacheKey.Encode(string.Concat(Enumerable.Repeat(part, times)), room)];

        Ask(to => MetaRequests.Store(to, key, 65535, Bytes("x"), StoreMode.Set, int.MaxValue, uint.MaxValue));
        var got = Ask(to => MetaRequests.Get(to, key, 65535, int.MaxValue));
        Assert.Equal(("x", Encoding.Latin1.GetString(key), 65535), (got.Value, got.Key, got.Opaque));
        Assert.Equal(ReplyCode.Done, Ask(to => MetaRequests.Delete(to, key, 65535)).Code);
    }

    [Fact]
    public void The_requests_without_a_key_are_answered()
    {
        Assert.Equal(ReplyCopy.Bare(ReplyCode.NoOp), Ask(MetaRequests.NoOp));
        Assert.Matches(@"^1\.\d+\.\d+", Ask(MetaRequests.Version).Text);
        Assert.Equal(ReplyCode.Reset, Ask(to => MetaRequests.Stats(to, "reset")).Code);
        Assert.Equal(ReplyCode.Ok, Ask(to => MetaRequests.FlushAll(to, 1_000_000)).Code);
    }

    [Fact]
    public void Stats_are_many_lines_and_an_end()
    {
        var lines = server.Ask(1, to => MetaRequests.Stats(to));

        Assert.Equal(ReplyCode.End, lines[^1].Code);
        Assert.All(lines.SkipLast(1), line => Assert.Equal(ReplyCode.Stat, line.Code));
        Assert.Contains(lines, line => line.Key == "uptime");
        Assert.NotEmpty(server.Ask(1, to => MetaRequests.Stats(to, "settings")));
    }

    [Fact]
    public void Flushing_forgets_every_item()
    {
        Set("x");
        Assert.Equal(ReplyCopy.Bare(ReplyCode.Ok), Ask(to => MetaRequests.FlushAll(to)));
        Assert.Equal(ReplyCode.Miss, Get().Code);
    }

    [Fact]
    public void Ten_thousand_requests_in_one_piece_are_answered_in_order()
    {
        var replies = server.Ask(10_000, to =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                MetaRequests.Store(to, _key, (ushort)(2 * i), Bytes($"value {i}"));
                MetaRequests.Get(to, _key, (ushort)(2 * i + 1));
            }
        });

        for (var i = 0; i < 5_000; i++)
        {
            Assert.Equal((ReplyCode.Done, 2 * i), (replies[2 * i].Code, replies[2 * i].Opaque));
            Assert.Equal(($"value {i}", 2 * i + 1), (replies[2 * i + 1].Value, replies[2 * i + 1].Opaque));
        }
    }

    private ReplyCopy Ask(Action<IBufferWriter<byte>> write) => server.Ask(1, write)[0];

    private ReplyCopy Get() => Ask(to => MetaRequests.Get(to, _key, 3));

    private void Set(string value) => Assert.Equal(ReplyCode.Done, Store(value, StoreMode.Set));

    private ReplyCode Store(string value, StoreMode mode) => Ask(to => MetaRequests.Store(to, _key, 2, Bytes(value), mode)).Code;

    private ReplyCopy Count(ulong delta, bool down, ulong? initial = null, int? exptime = null) =>
        Ask(to => MetaRequests.Arithmetic(to, _key, 1, delta, down, initial, exptime));

    private static ReadOnlySequence<byte> Bytes(string text) => new(Encoding.UTF8.GetBytes(text));
}
