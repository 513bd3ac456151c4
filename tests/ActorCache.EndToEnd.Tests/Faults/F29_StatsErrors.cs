namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// A server that answers for its figures badly: with an error, with half an answer, or without end. The call says so in time, and callers
/// of keys get their own values throughout.
/// </summary>
public sealed class F29_StatsErrors
{
    [Fact]
    public async Task An_error_that_leaves_replies_in_order_is_the_answer_and_keeps_the_connection()
    {
        await using var one = await OneScripted.StartAsync();
        foreach (var line in new[] { "SERVER_ERROR busy\r\n", "CLIENT_ERROR not now\r\n", "RESET\r\n" })
        {
            one.Server.Play(asked => asked.Command == "stats" ? line : asked.Answer);
            var stats = one.Cache.StatsAsync(StatsGroup.Items).AsTask();
            var behind = one.Cache.GetAsync<string>("behind").AsTask();
            Assert.Equal(CacheOutcome.ServerError, (await stats.Patiently()).Servers[one.Server.Address].Outcome);
            Assert.StartsWith("behind|", (await behind.Patiently()).Value, StringComparison.Ordinal);
        }
        Assert.Equal(1, one.Server.Connects);
    }

    [Theory]
    [InlineData("ERROR\r\n", false)]
    [InlineData("STAT items:1:number 5\r\nVALUE key 0 1\r\n", false)]
    [InlineData("STAT items:1:number 5\r\nSTAT items:1:n", true)]
    [InlineData("", true)]
    public async Task Anything_else_closes_the_connection_and_is_Unavailable_without_a_figure(string said, bool closes)
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Command == "stats" ? new Said(said, closes ? Afterwards.Closed : Afterwards.GoesOn) : asked.Answer);
        var server = (await one.Cache.StatsAsync(StatsGroup.Items).Patiently()).Servers[one.Server.Address];
        Assert.Equal(CacheOutcome.Unavailable, server.Outcome);
        Assert.Empty(server.Values);
        await one.Log.Next<ServerEvent.Suspected>();
        await one.Log.UntilAllServe();
        Assert.StartsWith("next|", (await one.Cache.GetAsync<string>("next").Patiently()).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_lines_than_any_memcached_has_are_read_to_their_end_and_not_kept()
    {
        await using var one = await OneScripted.StartAsync();
        var flood = string.Concat(Enumerable.Range(0, 20_000).Select(n => $"STAT items:{n}:number {n}\r\n"));
        one.Server.Play(asked => asked.Command == "stats" ? $"{flood}END\r\n" : asked.Answer);
        var stats = one.Cache.StatsAsync(StatsGroup.Items).AsTask();
        var behind = one.Cache.GetAsync<string>("behind").AsTask();
        Assert.Equal(CacheOutcome.ServerError, (await stats.Patiently()).Servers[one.Server.Address].Outcome);
        Assert.StartsWith("behind|", (await behind.Patiently()).Value, StringComparison.Ordinal);
        Assert.Equal(1, one.Server.Connects);
    }

    [Fact]
    public async Task An_answer_that_does_not_end_is_TimedOut_and_half_of_it_is_not_told()
    {
        await using var one = await OneScripted.StartAsync(options => options.OperationTimeout = TimeSpan.FromMilliseconds(300));
        one.Server.Play(asked => asked.Command == "stats" ? "STAT items:1:number 5\r\n" : asked.Answer);
        var server = (await one.Cache.StatsAsync(StatsGroup.Items).Patiently()).Servers[one.Server.Address];
        Assert.Equal(CacheOutcome.TimedOut, server.Outcome);
        Assert.Empty(server.Values);
    }
}
