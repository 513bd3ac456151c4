namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>F6: the server closes its direction of an idle connection, and would still read.</summary>
public sealed class F06_HalfClose
{
    [Fact]
    public async Task It_is_seen_at_once_and_no_request_goes_into_the_half_open_connection()
    {
        await using var one = await OneScripted.StartAsync();
        for (var round = 1; round <= 5; round++)
        {
            Assert.True((await one.Cache.GetAsync<string>($"before:{round}")).IsHit);
            one.Server.HalfCloseAll();
            // Nothing is sent until this comes: only a read that is always waiting can have seen it.
            Assert.StartsWith("Lost", (await one.Log.Next<ServerEvent.Suspected>()).Cause, StringComparison.Ordinal);
            await one.Log.UntilAllServe();
            Assert.True((await one.Cache.GetAsync<string>($"after:{round}")).IsHit);
            Assert.Equal(round, one.Server.Asked.Single(asked => asked.Key == $"before:{round}").Connection);
            Assert.Equal(round + 1, one.Server.Asked.Single(asked => asked.Key == $"after:{round}").Connection);
        }
    }

    [Fact]
    public async Task A_half_close_right_behind_a_reply_leaves_the_reply_its_caller()
    {
        await using var one = await OneScripted.StartAsync();
        one.Server.Play(asked => new Said(asked.Answer, asked.Connection == 1 ? Afterwards.HalfClosed : Afterwards.GoesOn));
        Assert.True((await one.Cache.GetAsync<string>("key").Patiently()).IsHit);
        await one.Log.Next<ServerEvent.Suspected>();
        await one.Log.UntilAllServe();
        Assert.True((await one.Cache.GetAsync<string>("key").Patiently()).IsHit);
    }
}
