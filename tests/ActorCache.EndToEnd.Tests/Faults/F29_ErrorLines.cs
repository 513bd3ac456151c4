namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F29: the server answers with an error line. Which of them keep the connection depends on whether the next reply is still sure.</summary>
public sealed class F29_ErrorLines
{
    private static readonly Dictionary<string, Func<IActorCache, string, Task<(CacheOutcome Outcome, bool MayHaveBeenApplied)>>> Calls = new()
    {
        ["get"] = async (cache, key) => ((await cache.GetAsync<string>(key)).Outcome, false),
        ["get-and-touch"] = async (cache, key) => ((await cache.GetAndTouchAsync<string>(key, TimeSpan.FromSeconds(9))).Outcome, false),
        ["set"] = async (cache, key) => Of(await cache.SetAsync(key, "value")),
        ["add"] = async (cache, key) => Of(await cache.StoreAsync(key, "value", new StoreOptions { Mode = StoreMode.Add })),
        ["delete"] = async (cache, key) => Of(await cache.DeleteAsync(key)),
        ["touch"] = async (cache, key) => Of(await cache.TouchAsync(key, TimeSpan.FromSeconds(9))),
        ["increment"] = async (cache, key) => await cache.IncrementAsync(key) is var counted ? (counted.Outcome, counted.MayHaveBeenApplied) : default,
    };

    public static TheoryData<string> All => [.. Calls.Keys];

    public static TheoryData<string> Stores => ["set", "add"];

    public static TheoryData<string> Others => [.. Calls.Keys.Except(["set", "add"])];

    [Theory, MemberData(nameof(All))]
    public async Task A_server_error_is_that_calls_answer_and_keeps_the_connection(string call)
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Key == "struck" ? "SERVER_ERROR out of memory storing object\r\n" : asked.Answer);
        await IsAnsweredAndNobodyElseNotices(one, call);
    }

    [Theory, MemberData(nameof(Others))]
    public async Task A_client_error_without_a_data_block_is_that_calls_answer_and_keeps_the_connection(string call)
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Key == "struck" ? "CLIENT_ERROR bad command line format\r\n" : asked.Answer);
        await IsAnsweredAndNobodyElseNotices(one, call);
    }

    // The server may take the data block for the next command: it answers twice, and every later reply would be off by one.
    [Theory, MemberData(nameof(Stores))]
    public async Task A_client_error_to_a_store_closes_the_connection(string call)
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Key == "struck" ? "CLIENT_ERROR bad data chunk\r\nERROR\r\n" : asked.Answer);
        await EndsWithTheConnection(one, call);
    }

    [Theory, MemberData(nameof(All))]
    public async Task An_error_closes_the_connection_for_it_is_no_server_that_knows_us(string call)
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => asked.Key == "struck" ? "ERROR\r\n" : asked.Answer);
        await EndsWithTheConnection(one, call);
    }

    private static (CacheOutcome Outcome, bool MayHaveBeenApplied) Of(StoreResult stored) => (stored.Outcome, stored.MayHaveBeenApplied);

    private static async Task IsAnsweredAndNobodyElseNotices(OneScripted one, string call)
    {
        var struck = Calls[call](one.Cache, "struck");
        var behind = one.Cache.GetAsync<string>("behind").AsTask();
        Assert.Equal((CacheOutcome.ServerError, false), await struck.Patiently());
        Assert.StartsWith("behind|", (await behind.Patiently()).Value, StringComparison.Ordinal);
        Assert.Equal(1, one.Server.Connects);
        Assert.DoesNotContain(one.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private static async Task EndsWithTheConnection(OneScripted one, string call)
    {
        var (outcome, mayHaveBeenApplied) = await Calls[call](one.Cache, "struck").Patiently();
        Assert.Equal(CacheOutcome.Unavailable, outcome);
        Assert.Equal(call is not ("get" or "get-and-touch"), mayHaveBeenApplied);
        Assert.StartsWith("ProtocolViolation", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
        await one.Log.UntilAllServe();
        Assert.StartsWith("next|", (await one.Cache.GetAsync<string>("next").Patiently()).Value, StringComparison.Ordinal);
        Assert.Equal(2, one.Server.Connects);
    }
}
