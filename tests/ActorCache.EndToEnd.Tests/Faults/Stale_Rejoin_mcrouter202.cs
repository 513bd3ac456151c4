using ActorCache.TestServers;

namespace ActorCache.EndToEnd.Tests.Faults;

/// <summary>
/// F21, after mcrouter#190 and #202: a server that was only unreachable comes back with what it held before, and executes what still lay in
/// its sockets. Neither it nor its stand-in, in any later outage, gives out what was overwritten or deleted meanwhile.
/// </summary>
public sealed class Stale_Rejoin_mcrouter202
{
    [Theory]
    [InlineData(ServerKind.Embedded, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Auto)]
    [InlineData(ServerKind.Memcached, Dialect.Binary)]
    public async Task What_was_written_or_deleted_meanwhile_stays_so_through_return_and_second_outage(ServerKind kind, Dialect dialect)
    {
        await using var pool = await Pool.StartAsync(kind, dialect, options =>
        {
            options.ReadTimeout = options.ConnectTimeout = TimeSpan.FromSeconds(1); // no busy machine is that slow
            options.OperationTimeout = TimeSpan.FromSeconds(10);
            options.HoldDown = options.RampUp = TimeSpan.Zero;
        });
        var victim = pool.Servers[0];
        var (written, deleted) = (pool.KeysOf(victim, 20, "written"), pool.KeysOf(victim, 20, "deleted"));
        foreach (var key in written.Concat(deleted))
        {
            var stored = await pool.Cache.SetAsync(key, "old");
            Assert.True(stored.Server == victim.Address, $"{stored} of {pool.Cache.Monitor.Explain(key)} after {string.Join("; ", pool.Log.Events)}");
        }

        for (var outage = 1; outage <= 2; outage++)
        {
            victim.Hang();
            // The first of these are written to it and not answered: it carries them out when it wakes.
            await Task.WhenAll(written.Select(key => pool.Cache.SetAsync(key, $"new {outage}").AsTask())).Patiently();
            foreach (var key in deleted) Assert.NotEqual(CacheOutcome.Unavailable, (await pool.Cache.DeleteAsync(key)).Outcome);
            await pool.Log.Next<ServerEvent.Ejected>(victim.Address);
            await NothingOld(outage);

            victim.Resume();
            await pool.Log.Next<ServerEvent.Reinstated>(victim.Address);
            await NothingOld(outage);
            foreach (var key in written) await Patience.Until(() => pool.Cache.GetAsync<string>(key), read => read.Server == victim.Address);
            await NothingOld(outage);
            foreach (var key in written) Assert.True((await pool.Cache.SetAsync(key, $"after {outage}")).IsStored);
        }

        // A third time, without writes: what the stand-ins still had would show now.
        victim.Hang();
        foreach (var key in written) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);
        foreach (var key in deleted) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);

        async Task NothingOld(int outage)
        {
            foreach (var key in written) Assert.Contains((await pool.Cache.GetAsync<string>(key)).Value, (string?[])[null, $"new {outage}"]);
            foreach (var key in deleted) Assert.Equal(CacheOutcome.Miss, (await pool.Cache.GetAsync<string>(key)).Outcome);
        }
    }
}
