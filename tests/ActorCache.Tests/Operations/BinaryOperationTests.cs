using System.Buffers;
using ActorCache.Transport;
using static ActorCache.BinaryFrame;

namespace ActorCache.Tests;

/// <summary>The binary dialect's own: what each call says, and what it makes of the answers that this dialect has.</summary>
public class BinaryOperationTests
{
    private const int Opaque = 7;
    private const string Owner = "a:11211";
    private const string NoFlags = "\0\0\0\0";
    private static readonly string Never = Number(0, 4);
    private static readonly string AMinute = Number(60, 4);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Pool _pool = new("a", "b");
    private readonly string _key;

    public BinaryOperationTests()
    {
        foreach (var connection in _pool.Connections) connection.Dialect = Dialect.Binary;
        _key = _pool.KeyOf("a", "b");
    }

    [Fact]
    public async Task Reads_are_gets_that_name_their_key()
    {
        var read = await On(_pool.Client.GetAsync<string>(_key), Request(GetK, Opaque, _key), Hit(Opaque, _key, "v", 9));
        Assert.Equal(("v", 9ul), (read.Value, read.Cas));
        Assert.Equal(CacheOutcome.Miss, (await On(_pool.Client.GetAsync<string>(_key), Request(GetK, Opaque, _key), Reply(GetK, Opaque, 1, _key))).Outcome);
        Assert.Equal(1, (await On(_pool.Client.GetRawAsync(_key, new ArrayBufferWriter<byte>()), Request(GetK, Opaque, _key), Hit(Opaque, _key, "v"))).Value);

        var touched = await On(_pool.Client.GetAndTouchAsync<string>(_key, Minute), Request(GatK, Opaque, _key, AMinute), Reply(GatK, Opaque, 0, _key, NoFlags, "v", 9));
        Assert.Equal(("v", 9ul), (touched.Value, touched.Cas));
        Assert.Equal(CacheOutcome.Miss, (await On(_pool.Client.GetAndTouchAsync<string>(_key, Minute), Request(GatK, Opaque, _key, AMinute), Reply(GatK, Opaque, 1, _key))).Outcome);
    }

    [Fact]
    public async Task Writes_are_the_modes_own_commands_and_their_refusals_those_of_the_other_dialects()
    {
        Assert.True((await On(_pool.Client.SetAsync(_key, "v", Minute), Request(Set, Opaque, _key, NoFlags + AMinute, "v"), Reply(Set, Opaque, cas: 9))).IsStored);
        Assert.Equal(CacheOutcome.NotStored, (await On(Store(StoreMode.Add), Request(Add, Opaque, _key, NoFlags + Never, "v"), Reply(Add, Opaque, 2))).Outcome);
        Assert.Equal(CacheOutcome.NotStored, (await On(Store(StoreMode.Replace), Request(Replace, Opaque, _key, NoFlags + Never, "v"), Reply(Replace, Opaque, 1))).Outcome);
        Assert.Equal(CacheOutcome.NotStored, (await On(Store(StoreMode.Append), Request(Append, Opaque, _key, value: "v"), Reply(Append, Opaque, 5))).Outcome);
        Assert.Equal(CacheOutcome.Exists, (await On(Store(StoreMode.Append, 9), Request(Append, Opaque, _key, value: "v", cas: 9), Reply(Append, Opaque, 2))).Outcome);
        Assert.Equal(CacheOutcome.Exists, (await On(Store(StoreMode.Replace, 9), Request(Set, Opaque, _key, NoFlags + Never, "v", 9), Reply(Set, Opaque, 2))).Outcome);
        Assert.Equal(CacheOutcome.NotFound, (await On(Store(StoreMode.Set, 9), Request(Set, Opaque, _key, NoFlags + Never, "v", 9), Reply(Set, Opaque, 1))).Outcome);
        Assert.Equal(CacheOutcome.TooLarge, (await On(_pool.Client.SetAsync(_key, "v"), Request(Set, Opaque, _key, NoFlags + Never, "v"), Reply(Set, Opaque, 3, value: "Too large."))).Outcome);
        Assert.Equal(CacheOutcome.ServerError, (await On(_pool.Client.SetAsync(_key, "v"), Request(Set, Opaque, _key, NoFlags + Never, "v"), Reply(Set, Opaque, 0x82, value: "Out of memory"))).Outcome);
        Assert.True((await On(_pool.Client.DeleteAsync(_key), Request(Delete, Opaque, _key), Reply(Delete, Opaque))).IsStored);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.DeleteAsync(_key), Request(Delete, Opaque, _key), Reply(Delete, Opaque, 1))).Outcome);
    }

    [Fact]
    public async Task A_version_beside_an_Add_is_NotSupported_and_goes_nowhere()
    {
        Assert.Equal(new StoreResult(CacheOutcome.NotSupported, Owner, MayHaveBeenApplied: false), await Store(StoreMode.Add, 9).Soon());
        Assert.All(_pool.Connections, connection => Assert.Empty(connection.Accepted));
    }

    // Flags come unasked here, those of a value with tags before it too: a touch has no value to look for them in.
    [Theory]
    [InlineData(0x0200_0000u)]
    [InlineData(0x0400_0000u)]
    [InlineData(0u)]
    public async Task A_touch_is_one_request_whatever_the_item_is(uint flags)
    {
        Assert.True((await On(_pool.Client.TouchAsync(_key, Minute), Request(Touch, Opaque, _key, AMinute), Reply(Touch, Opaque, extras: Number(flags, 4), cas: 9))).IsStored);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.TouchAsync(_key, Minute), Request(Touch, Opaque, _key, AMinute), Reply(Touch, Opaque, 1))).Outcome);
    }

    [Fact]
    public async Task A_counter_is_counted_or_created_in_one_request()
    {
        const ulong Most = ulong.MaxValue;
        Assert.Equal(Most, (await On(_pool.Client.IncrementAsync(_key, 3), Count(Increment, 3, 0, uint.MaxValue), Reply(Increment, Opaque, value: Number(Most, 8)))).Value);
        Assert.Equal(5ul, (await On(_pool.Client.DecrementAsync(_key, 2, initial: 5, ttl: Minute), Count(0x06, 2, 5, 60), Reply(0x06, Opaque, value: Number(5, 8)))).Value);
        Assert.Equal(0ul, (await On(_pool.Client.IncrementAsync(_key, initial: 0), Count(Increment, 1, 0, 0), Reply(Increment, Opaque, value: Number(0, 8)))).Value);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.IncrementAsync(_key), Count(Increment, 1, 0, uint.MaxValue), Reply(Increment, Opaque, 1))).Outcome);
        Assert.Equal(CacheOutcome.NotANumber, (await On(_pool.Client.IncrementAsync(_key), Count(Increment, 1, 0, uint.MaxValue), Reply(Increment, Opaque, 6))).Outcome);
        Assert.Equal(CacheOutcome.NotStored, (await On(_pool.Client.IncrementAsync(_key, initial: 0), Count(Increment, 1, 0, 0), Reply(Increment, Opaque, 5))).Outcome);
    }

    [Fact]
    public async Task A_counters_new_time_to_live_is_given_before_it_is_counted()
    {
        var counted = _pool.Client.IncrementAsync(_key, ttl: Minute);
        await Answer(Request(Touch, Opaque, _key, AMinute), Reply(Touch, Opaque, extras: NoFlags));
        await Answer(Count(Increment, 1, 0, uint.MaxValue), Reply(Increment, Opaque, value: Number(7, 8)));
        Assert.Equal(7ul, (await counted.Soon()).Value);
        Assert.Equal(CacheOutcome.NotFound, (await On(_pool.Client.IncrementAsync(_key, ttl: Minute), Request(Touch, Opaque, _key, AMinute), Reply(Touch, Opaque, 1))).Outcome);
    }

    [Theory]
    [InlineData(Dialect.Classic)]
    [InlineData(Dialect.Meta)]
    public async Task A_counter_begun_in_binary_may_end_at_a_server_that_speaks_otherwise(Dialect other)
    {
        _pool["b"].Dialect = other;
        var count = _pool.Client.IncrementAsync(_key, ttl: Minute);
        await Answer(Request(Touch, Opaque, _key, AMinute), Reply(Touch, Opaque, extras: NoFlags));
        (await _pool["a"].NextAsync()).End(AttemptEnd.NeverSent);
        var (request, answer) = other == Dialect.Classic ? ($"incr {_key} 1\r\n", "5") : ($"ma {_key} v O7 D1 T60\r\n", "VA 1\r\n5");
        await Answer(request, answer, "b");
        Assert.Equal(5ul, (await count.Soon()).Value);
    }

    [Fact]
    public async Task An_invalidation_is_a_delete_and_a_creation_an_add()
    {
        Assert.True((await On(_pool.Client.InvalidateAsync(_key, Minute), Request(Delete, Opaque, _key), Reply(Delete, Opaque))).IsStored);

        var created = _pool.Client.GetOrCreateAsync(_key, _ => ValueTask.FromResult("new"));
        await Answer(Request(GetK, Opaque, _key), Reply(GetK, Opaque, 1, _key));
        await Answer(Request(Add, Opaque, _key, NoFlags + Never, "new"), Reply(Add, Opaque, cas: 9));
        var end = await created.Soon();
        Assert.Equal((CacheOutcome.Stored, "new"), (end.Outcome, end.Value));
    }

    [Fact]
    public async Task Servers_are_asked_for_figures_versions_and_flushes()
    {
        Assert.Equal(CacheOutcome.Stored, (await AskOwner(_pool.Client.FlushAllAsync(Minute), Request(Flush, Opaque, extras: AMinute), Reply(Flush, Opaque))).Servers[Owner]);
        Assert.Equal(CacheOutcome.ServerError, (await AskOwner(_pool.Client.FlushAllAsync(), Request(Flush, Opaque), Reply(Flush, Opaque, 0x20))).Servers[Owner]);
        Assert.Equal("1.6.18", (await AskOwner(_pool.Client.VersionAsync(), Request(BinaryFrame.Version, Opaque), Reply(BinaryFrame.Version, Opaque, value: "1.6.18"))).Servers[Owner].Version);
        Assert.Equal(CacheOutcome.ServerError, (await AskOwner(_pool.Client.StatsAsync(StatsGroup.Slabs), Request(Stat, Opaque, "slabs"), Reply(Stat, Opaque, 1, value: "Not found"))).Servers[Owner].Outcome);
    }

    private string Count(int opcode, ulong delta, ulong initial, uint exptime) => Request(opcode, Opaque, _key, Number(delta, 8) + Number(initial, 8) + Number(exptime, 4));

    private ValueTask<StoreResult> Store(StoreMode mode, ulong? cas = null) => _pool.Client.StoreAsync(_key, "v", new StoreOptions { Mode = mode, Cas = cas });

    // The other server is asked the same, and answers the same.
    private async Task<T> AskOwner<T>(ValueTask<T> call, string request, string answer)
    {
        await Answer(request, answer, "b");
        return await On(call, request, answer);
    }

    private async Task<T> On<T>(ValueTask<T> call, string request, string answer)
    {
        await Answer(request, answer);
        return await call.Soon();
    }

    private async Task Answer(string request, string answer, string host = "a")
    {
        var arrived = await _pool[host].NextAsync();
        Assert.Equal(request, arrived.Text);
        Assert.True(arrived.Answer(answer));
    }
}
