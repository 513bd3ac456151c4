using System.Buffers;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>Values to bytes and back, alone and through the facade.</summary>
public class ValueCodecsTests
{
    private sealed record Person(string Name, int Age, IReadOnlyList<string> Tags);

    [Fact]
    public void Bytes_come_back_as_they_went() => Gen.Byte.Array[0, 300].Sample(bytes =>
        RoundTrip(bytes).AsSpan().SequenceEqual(bytes) && RoundTrip<ReadOnlyMemory<byte>>(bytes).Span.SequenceEqual(bytes));

    [Fact]
    public void Bytes_that_are_read_are_the_callers_own()
    {
        byte[] stored = [1, 2, 3];
        Assert.NotSame(stored, RoundTrip(stored));
    }

    [Fact]
    public void Text_comes_back_as_it_went() => Gen.String.Where(IsWellFormed).Sample(text => RoundTrip(text) == text);

    [Theory]
    [InlineData("")]
    [InlineData("grün, 緑, \U0001F7E2, \r\nEND\r\nVALUE x 0 1\r\n\0")]
    public void Text_of_any_script_comes_back_as_it_went(string text) => Assert.Equal(text, RoundTrip(text));

    [Fact]
    public void Text_is_stored_as_plain_utf8() => Assert.Equal("grün"u8.ToArray(), Write("grün"));

    [Fact]
    public void Integers_come_back_at_both_ends_of_their_range()
    {
        Ends<sbyte>();
        Ends<byte>();
        Ends<short>();
        Ends<ushort>();
        Ends<int>();
        Ends<uint>();
        Ends<long>();
        Ends<ulong>();

        static void Ends<T>() where T : IBinaryInteger<T>, IMinMaxValue<T>
        {
            foreach (var value in new[] { T.MinValue, T.Zero, T.One, T.MaxValue })
            {
                Assert.Equal(value, RoundTrip(value));
                Assert.Equal(value.ToString(null, CultureInfo.InvariantCulture), Encoding.ASCII.GetString(Write(value)));
                // A counter that decr has made shorter keeps its length, filled with spaces.
                Assert.Equal(value, ValueCodec<T>.Instance.Read([.. Write(value), .. "   "u8], JsonCacheSerializer.Default));
            }
        }
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("")]
    [InlineData("1.5")]
    [InlineData("12x")]
    [InlineData("1 2")]
    public void What_is_no_integer_throws(string stored) =>
        Assert.Throws<FormatException>(() => ValueCodec<int>.Instance.Read(Encoding.UTF8.GetBytes(stored), JsonCacheSerializer.Default));

    [Theory]
    [InlineData("2147483648")]
    [InlineData("-2147483649")]
    public void What_is_too_large_an_integer_throws(string stored) =>
        Assert.Throws<OverflowException>(() => ValueCodec<int>.Instance.Read(Encoding.UTF8.GetBytes(stored), JsonCacheSerializer.Default));

    [Fact]
    public void Everything_else_is_json()
    {
        var person = new Person("Ada \"L\" Grün", 36, ["a", "b"]);
        Assert.Equal(JsonSerializer.Serialize(person), JsonSerializer.Serialize(RoundTrip(person)));
        Assert.Equal(JsonSerializer.SerializeToUtf8Bytes(person), Write(person));

        var dictionary = new Dictionary<string, List<int>> { ["x"] = [1, 2], ["y"] = [] };
        Assert.Equal(dictionary, RoundTrip(dictionary));
        Assert.Equal(0.1, RoundTrip(0.1));
        Assert.True(RoundTrip(true));
        Assert.Equal(DayOfWeek.Friday, RoundTrip(DayOfWeek.Friday));
        Assert.Equal(5, RoundTrip<int?>(5));
        Assert.Equal(Guid.Empty, RoundTrip(Guid.Empty));
    }

    [Fact]
    public void Only_our_own_quick_readers_run_where_replies_are_received()
    {
        Assert.True(ValueCodec<byte[]>.Instance.ReadsOnArrival);
        Assert.True(ValueCodec<string>.Instance.ReadsOnArrival);
        Assert.True(ValueCodec<int>.Instance.ReadsOnArrival);
        Assert.False(ValueCodec<Person>.Instance.ReadsOnArrival);
    }

    [Fact]
    public void Null_is_refused_before_anything_is_sent()
    {
        var pool = new Pool("a");
        Assert.Equal("value", Calls.ThrowsAtOnce<ArgumentNullException>(() => pool.Client.SetAsync<string>("key", null!).AsTask()).ParamName);
        Calls.ThrowsAtOnce<ArgumentNullException>(() => pool.Client.SetAsync<byte[]>("key", null!).AsTask());
        Calls.ThrowsAtOnce<ArgumentNullException>(() => pool.Client.SetAsync<int?>("key", null).AsTask());
        Calls.ThrowsAtOnce<ArgumentNullException>(() => pool.Client.StoreAsync<Person>("key", null!, new StoreOptions()).AsTask());
        Assert.Empty(pool["a"].Accepted);
    }

    [Theory]
    [InlineData("junk")]
    [InlineData("99999999999999999999")]
    public async Task A_value_that_does_not_read_throws_to_the_caller_and_the_next_call_is_fine(string stored)
    {
        var pool = new Pool("a");
        for (var i = 0; i < 10; i++)
        {
            pool["a"].Answers = _ => $"VA {stored.Length} c1\r\n{stored}";
            await Assert.ThrowsAnyAsync<Exception>(() => pool.Client.GetAsync<int>("key").Soon());
            await Assert.ThrowsAsync<JsonException>(() => pool.Client.GetAsync<Person>("key").Soon());
            Assert.Equal(stored, (await pool.Client.GetAsync<string>("key").Soon()).Value);

            pool["a"].Answers = _ => "VA 2 c3\r\n17";
            Assert.Equal(17, (await pool.Client.GetAsync<int>("key").Soon()).Value);
        }
    }

    [Fact]
    public async Task A_value_that_does_not_write_throws_to_the_caller_and_the_next_call_is_fine()
    {
        var pool = new Pool("a");
        pool["a"].Answers = _ => "HD";
        var circle = new List<object>();
        circle.Add(circle);
        for (var i = 0; i < 10; i++)
        {
            Calls.ThrowsAtOnce<JsonException>(() => pool.Client.SetAsync("key", circle).AsTask());
            Calls.ThrowsAtOnce<JsonException>(() => pool.Client.SetManyAsync<List<object>>([new("good", []), new("bad", circle)]).AsTask());
            Assert.True((await pool.Client.SetAsync("key", "next").Soon()).IsStored);
        }
        Assert.Equal(10, pool["a"].Accepted.Count);
        Assert.All(pool["a"].Accepted, request => Assert.Equal("ms key 4 O7\r\nnext\r\n", request.Text));
    }

    private static T RoundTrip<T>(T value) => ValueCodec<T>.Instance.Read(Write(value), JsonCacheSerializer.Default);

    private static byte[] Write<T>(T value) => ValueCodec<T>.Instance.Write(value, new ArrayBufferWriter<byte>(), JsonCacheSerializer.Default).ToArray();

    private static bool IsWellFormed(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;
}
