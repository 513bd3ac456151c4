using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ActorCache.Tests;

/// <summary>What the state of its servers makes of a cache's health.</summary>
public class CacheHealthTests
{
    [Fact]
    public void All_up_is_healthy_and_one_less_is_degraded()
    {
        var pool = new Pool("a", "b", "c");
        Assert.Equal((HealthStatus.Healthy, "3 of 3 servers are up."), Of(pool));
        pool.Lose("b");
        Assert.Equal((HealthStatus.Degraded, "2 of 3 servers are up."), Of(pool));
        pool.Up("b");
        Assert.Equal((HealthStatus.Healthy, "3 of 3 servers are up."), Of(pool));
    }

    [Theory]
    [InlineData(HealthStatus.Unhealthy)]
    [InlineData(HealthStatus.Degraded)]
    public void None_up_is_what_the_registration_calls_a_failure(HealthStatus failure)
    {
        var pool = new Pool("a", "b");
        pool.Lose("a");
        pool.Lose("b");
        Assert.Equal((failure, "0 of 2 servers are up."), Of(pool, failure));
    }

    [Fact]
    public void One_that_was_ejected_and_waits_at_the_gate_is_not_up()
    {
        var pool = new Pool("a", "b");
        pool.Lose("a");
        for (var i = 0; i < 3; i++) pool.FailAttempt("a");
        Assert.Equal(HealthStatus.Degraded, Of(pool).Item1);
        pool.Up("a");
        Assert.Equal(ServerState.Quarantined, pool.Table.Find("a:11211")!.Health.State);
        Assert.Equal((HealthStatus.Degraded, "1 of 2 servers are up."), Of(pool));
    }

    [Fact]
    public void Until_the_first_connect_calls_wait_and_the_cache_is_degraded()
    {
        var pool = new Pool(connected: false, "a", "b");
        Assert.Equal((HealthStatus.Degraded, "Connecting: 0 of 2 servers are up."), Of(pool));
        pool.FailAttempt("a");
        Assert.Equal(HealthStatus.Degraded, Of(pool).Item1);
        pool.FailAttempt("b");
        Assert.Equal((HealthStatus.Unhealthy, "0 of 2 servers are up."), Of(pool));
    }

    [Fact]
    public void A_cache_that_was_shut_down_is_unhealthy_whatever_a_failure_is_called()
    {
        var pool = new Pool("a");
        pool.Routes.Close();
        Assert.Equal((HealthStatus.Unhealthy, "The cache has been shut down."), Of(pool, HealthStatus.Degraded));
    }

    [Fact]
    public void Every_server_has_its_data()
    {
        var pool = new Pool("a", "b");
        pool.Time.Advance(TimeSpan.FromMinutes(1));
        pool.Lose("b");
        var data = CacheHealth.Of(pool.Client.Monitor, HealthStatus.Unhealthy).Data;
        Assert.Equal(["a:11211", "b:11211"], data.Keys.Order());
        var (up, lost) = ((Dictionary<string, object?>)data["a:11211"], (Dictionary<string, object?>)data["b:11211"]);
        Assert.Equal(["cause", "in_flight", "since", "state"], up.Keys.Order());
        Assert.Equal(("Up", null, 0), (up["state"], up["cause"], up["in_flight"]));
        Assert.Equal(("Suspect", pool.Time.GetUtcNow()), (lost["state"], lost["since"]));
        Assert.Contains("gone", (string)lost["cause"]!, StringComparison.Ordinal);
    }

    private static (HealthStatus, string?) Of(Pool pool, HealthStatus failure = HealthStatus.Unhealthy)
    {
        var result = CacheHealth.Of(pool.Client.Monitor, failure);
        return (result.Status, result.Description);
    }
}
