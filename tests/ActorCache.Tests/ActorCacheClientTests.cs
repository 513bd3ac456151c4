using System.Buffers;

namespace ActorCache.Tests;

/// <summary>The facade: what it writes on the wire, and what it refuses on the caller's stack before anything is sent.</summary>
public class ActorCacheClientTests
{
    private readonly Pool _pool = new("a");

    private IActorCache Cache => _pool.Client;

    public static readonly TheoryData<string> Kinds = [.. CacheOperationTests.Kinds.Select(row => (string)row[0])];

    public static TheoryData<string, string?> KindsAndBadKeys()
    {
        string?[] bad =
        [
            null, "", " ", "a b", " a", "a ", "a\tb", "a\r\nset x 0 0 1\r\n1", "a\n", "\0", "a\u0001", "a\u007f", new('x', 251), new('é', 126),
        ];
        var rows = new TheoryData<string, string?>();
        foreach (var kind in Kinds)
        {
            foreach (var key in bad) rows.Add(kind, key);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(KindsAndBadKeys))]
    public void A_bad_key_is_refused_at_once_and_nothing_is_sent(string kind, string? key)
    {
        var refused = Calls.ThrowsAtOnce<ArgumentException>(() => Start(kind, key!));
        if (kind is "get-many" or "delete-many") Assert.Equal("keys", refused.ParamName);
        else if (kind is "set-many") Assert.Equal("items", refused.ParamName);
        else if (key is null) Assert.IsType<ArgumentNullException>(refused);
        else Assert.Equal("key", refused.ParamName);
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public void A_key_that_is_no_text_is_refused_at_once_and_nothing_is_sent()
    {
        foreach (var kind in Kinds)
        {
            foreach (var key in new[] { "a\ud800", "\udc00", "\ud800b" }) Calls.ThrowsAtOnce<ArgumentException>(() => Start(kind, key));
        }
        Assert.Empty(_pool["a"].Accepted);
    }

    [Theory]
    [InlineData("x")]
    [InlineData("UPPER:lower/1?2=3&4*")]
    [InlineData("grün-緑")]
    [InlineData("a\u0085b\u00a0c\u2028d")]
    public async Task A_legal_key_goes_as_utf8(string key)
    {
        _pool["a"].Answers = _ => "EN";
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(key).Soon()).Outcome);
        Assert.Equal(key, _pool["a"].Accepted[0].Key);
        Assert.Equal($"mg {key} v f k c O7\r\n", _pool["a"].Accepted[0].Text);
    }

    [Fact]
    public async Task The_longest_keys_go()
    {
        _pool["a"].Answers = _ => "EN";
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(new string('x', 250)).Soon()).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await Cache.GetAsync<string>(new string('é', 125)).Soon()).Outcome);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_token_cancelled_before_the_call_is_the_exceptions_and_nothing_is_sent(string kind)
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();
        var call = Start(kind, "key", cancellation.Token);
        Assert.True(call.IsCanceled);
        Assert.Equal(cancellation.Token, (await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call)).CancellationToken);
        Assert.Empty(_pool["a"].Accepted);
    }

    [Fact]
    public void A_time_to_live_that_is_none_is_refused_at_once()
    {
        foreach (var ttl in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.MinValue, Timeout.InfiniteTimeSpan })
        {
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.GetAndTouchAsync<string>("key", ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.SetAsync("key", "v", ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.SetRawAsync("key", default, ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.SetManyAsync([KeyValuePair.Create("key", "v")], ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.StoreAsync("key", "v", new StoreOptions { Ttl = ttl }).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.TouchAsync("key", ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.IncrementAsync("key", ttl: ttl).AsTask());
            Refused<ArgumentOutOfRangeException>("ttl", () => Cache.DecrementAsync("key", ttl: ttl).AsTask());
        }
    }

    [Fact]
    public void Arguments_that_are_missing_or_mean_nothing_are_refused_at_once()
    {
        Refused<ArgumentNullException>("keys", () => Cache.GetManyAsync<string>(null!).AsTask());
        Refused<ArgumentNullException>("keys", () => Cache.DeleteManyAsync(null!).AsTask());
        Refused<ArgumentNullException>("items", () => Cache.SetManyAsync<string>(null!).AsTask());
        Refused<ArgumentNullException>("options", () => Cache.StoreAsync("key", "v", null!).AsTask());
        Refused<ArgumentNullException>("destination", () => Cache.GetRawAsync("key", null!).AsTask());
        Refused<ArgumentNullException>("value", () => Cache.SetAsync<string>("key", null!).AsTask());
        Refused<ArgumentException>("options", () => Cache.StoreAsync("key", "v", new StoreOptions { Cas = 0 }).AsTask());
        Refused<ArgumentOutOfRangeException>("options", () => Cache.StoreAsync("key", "v", new StoreOptions { Mode = (StoreMode)17 }).AsTask());
    }

    public static TheoryData<string, string> WireOf() => new()
    {
        { "get", "mg key v f k c O7\r\n" }, { "get-raw", "mg key v f k c O7\r\n" }, { "get-and-touch", "mg key v f k c O7 T60\r\n" },
        { "get-many", "mg key v f k c O7\r\n" }, { "set", "ms key 1 O7\r\nv\r\n" }, { "set-raw", "ms key 1 O7\r\nv\r\n" },
        { "set-many", "ms key 1 O7\r\nv\r\n" }, { "delete", "md key O7\r\n" }, { "touch", "mg key k c O7 T60\r\n" },
        { "delete-many", "md key O7\r\n" },
        { "add", "ms key 1 O7 ME\r\nv\r\n" }, { "replace", "ms key 1 O7 MR\r\nv\r\n" }, { "append", "ms key 1 O7 MA\r\nv\r\n" },
        { "prepend", "ms key 1 O7 MP\r\nv\r\n" }, { "cas", "ms key 1 O7 C5\r\nv\r\n" }, { "increment", "ma key v O7 D1\r\n" },
        { "decrement", "ma key v O7 D1 MD\r\n" },
    };

    [Theory]
    [MemberData(nameof(WireOf))]
    public async Task Each_call_says_on_the_wire_what_it_means_again_and_again(string kind, string wire)
    {
        _pool["a"].Answers = _ => Calls.Good(kind);
        // Pooled operations are used again: what one call set must not show in the next.
        for (var i = 0; i < 3; i++)
        {
            await Richly();
            Assert.True((await Start(kind, "key").Soon()).IsGood);
            Assert.Equal(wire, _pool["a"].Accepted[^1].Text);
        }
    }

    [Theory]
    [InlineData(0.25, "T1")]
    [InlineData(1, "T1")]
    [InlineData(1.5, "T2")]
    [InlineData(2_592_000, "T2592000")]
    [InlineData(2_592_001, "T1896145446")] // 2030-01-02 03:04:05 and 2,592,001 s
    [InlineData(9e11, "T2147483647")]
    public async Task A_time_to_live_goes_as_memcached_reads_it(double seconds, string wire)
    {
        _pool["a"].Answers = _ => "HD";
        await Cache.SetAsync("key", "v", TimeSpan.FromSeconds(seconds)).Soon();
        Assert.Equal($"ms key 1 O7 {wire}\r\nv\r\n", _pool["a"].Accepted[^1].Text);
    }

    [Fact]
    public async Task A_hit_has_its_value_its_version_and_its_server()
    {
        _pool["a"].Answers = _ => "VA 5 c77 O7\r\nhello";
        Assert.Equal(new CacheResult<string>(CacheOutcome.Hit, "hello", 77, "a:11211", false), await Cache.GetAsync<string>("key").Soon());

        var destination = new ArrayBufferWriter<byte>();
        Assert.Equal(new CacheResult<long>(CacheOutcome.Hit, 5, 77, "a:11211", false), await Cache.GetRawAsync("key", destination).Soon());
        Assert.Equal("hello"u8.ToArray(), destination.WrittenSpan.ToArray());

        _pool["a"].Answers = _ => "EN";
        Assert.Equal(new CacheResult<long>(CacheOutcome.Miss, 0, 0, "a:11211", false), await Cache.GetRawAsync("key", destination).Soon());
        Assert.Equal(5, destination.WrittenCount);
    }

    [Fact]
    public async Task A_raw_value_of_many_pieces_goes_as_one()
    {
        _pool["a"].Answers = _ => "HD";
        var last = new Piece("c"u8.ToArray(), 3);
        var first = new Piece("ab\r"u8.ToArray(), 0, last);
        await Cache.SetRawAsync("key", new ReadOnlySequence<byte>(first, 0, last, 1)).Soon();
        Assert.Equal("ms key 4 O7\r\nab\rc\r\n", _pool["a"].Accepted[^1].Text);
    }

    [Fact]
    public async Task A_destination_that_throws_throws_to_the_caller_and_the_next_call_is_fine()
    {
        _pool["a"].Answers = _ => "VA 1 c1\r\nv";
        await Assert.ThrowsAsync<ArgumentException>(() => Cache.GetRawAsync("key", new FullBuffer()).Soon());
        Assert.True((await Cache.GetRawAsync("key", new ArrayBufferWriter<byte>()).Soon()).IsHit);
    }

    [Fact]
    public async Task A_result_can_be_taken_once()
    {
        _pool["a"].Answers = _ => "EN";
        var call = Cache.GetAsync<string>("key");
        await call.AsTask().Soon();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await call);
    }

    private Task<CallEnd> Start(string kind, string key, CancellationToken ct = default) => Calls.Start(Cache, kind, key, ct);

    private async Task Richly()
    {
        var answers = _pool["a"].Answers;
        _pool["a"].Answers = request => request.Text.StartsWith("ma", StringComparison.Ordinal) ? "VA 1 O7\r\n1" : "HD";
        await Cache.StoreAsync("rich", "vvv", new StoreOptions { Mode = StoreMode.Append, Cas = 99, Ttl = TimeSpan.FromHours(1) }).Soon();
        await Cache.TouchAsync("rich", TimeSpan.FromHours(1)).Soon();
        await Cache.IncrementAsync("rich", 9, 9, TimeSpan.FromHours(1)).Soon();
        await Cache.DecrementAsync("rich", 9, 9, TimeSpan.FromHours(1)).Soon();
        _pool["a"].Answers = _ => "EN";
        await Cache.GetAndTouchAsync<string>("rich", TimeSpan.FromHours(1)).Soon();
        _pool["a"].Answers = answers;
    }

    private void Refused<TException>(string parameter, Func<Task> call) where TException : ArgumentException
    {
        Assert.Equal(parameter, Calls.ThrowsAtOnce<TException>(call).ParamName);
        Assert.Empty(_pool["a"].Accepted);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long start, Piece? next = null) => (Memory, RunningIndex, Next) = (bytes, start, next);
    }

    private sealed class FullBuffer : IBufferWriter<byte>
    {
        public void Advance(int count) => throw new ArgumentException("full");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new ArgumentException("full");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new ArgumentException("full");
    }
}
