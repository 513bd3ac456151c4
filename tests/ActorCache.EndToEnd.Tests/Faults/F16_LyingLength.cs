namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F16: a reply claims a length that is absurd. Nothing is allocated because a peer says so.</summary>
[Collection(nameof(Alone))]
public sealed class F16_LyingLength
{
    [Theory]
    [InlineData("2147483647")]
    [InlineData("-1")]
    [InlineData("+1")]
    [InlineData("1073741825")] // over the largest item that memcached can be made to keep
    [InlineData("4294967297")]
    [InlineData("18446744073709551617")]
    [InlineData("99999999999999999999999999999999")]
    [InlineData("")]
    [InlineData("0x10")]
    [InlineData("1e3")]
    public async Task An_impossible_length_is_refused_at_once_and_the_connection_closed(string length)
    {
        await using var one = await OneScripted.StartAsync(options => options.ReadTimeout = TimeSpan.FromMinutes(10));
        one.Server.Play(asked => asked.Connection == 1 ? $"VA {length} k{asked.Key} c1 {asked.Opaque}\r\nx" : asked.Answer);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.Equal(CacheOutcome.Unavailable, (await one.Cache.GetAsync<string>("key").Patiently()).Outcome);
        Assert.StartsWith("ProtocolViolation", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8 << 20);
        await one.Log.UntilAllServe();
        Assert.True((await one.Cache.GetAsync<string>("key").Patiently()).IsHit);
    }

    [Theory]
    [InlineData("1073741824")]
    [InlineData("104857600")]
    public async Task A_length_that_is_possible_and_never_comes_costs_nothing_but_the_connection(string length)
    {
        await using var one = await OneScripted.StartAsync(options => options.ReadTimeout = TimeSpan.FromMilliseconds(300));
        one.Server.Play(asked => asked.Connection == 1 ? $"VA {length} k{asked.Key} c1 {asked.Opaque}\r\nx" : asked.Answer);
        var before = GC.GetTotalAllocatedBytes(precise: true);
        Assert.NotEqual(CacheOutcome.Hit, (await one.Cache.GetAsync<string>("key").Patiently()).Outcome);
        await one.Log.Next<ServerEvent.Suspected>();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8 << 20);
        await one.Log.UntilAllServe();
        Assert.True((await one.Cache.GetAsync<string>("key").Patiently()).IsHit);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_length_off_by_one_is_no_value(int off)
    {
        await using var one = await OneScripted.StartAsync(options => options.ReadTimeout = TimeSpan.FromMilliseconds(300));
        one.Server.Play(asked => asked.Connection == 1
            ? $"VA {asked.Value.Length + off} k{asked.Key} c1 {asked.Opaque}\r\n{asked.Value}\r\n"
            : asked.Answer);
        var read = await one.Cache.GetAsync<string>("key").Patiently();
        Assert.False(read.IsHit);
        await one.Log.Next<ServerEvent.Suspected>();
    }
}
