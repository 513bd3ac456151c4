namespace ActorCache.Placement.Tests;

public sealed class ServerHealthTests
{
    [Theory]
    [InlineData(ServerState.Connecting, true, true)]
    [InlineData(ServerState.Up, true, true)]
    [InlineData(ServerState.Suspect, true, false)]
    [InlineData(ServerState.Down, false, false)]
    [InlineData(ServerState.Quarantined, false, false)]
    [InlineData(ServerState.Removed, false, false)]
    public void A_state_tells_whether_a_server_is_on_the_ring_and_whether_calls_go_to_it(ServerState state, bool onRing, bool serving)
    {
        var health = new ServerHealth(state, 0, Held: false);

        Assert.Equal((onRing, serving), (health.IsOnRing, health.IsServing));
    }

    [Fact]
    public void A_new_server_is_connecting_and_serves_already()
    {
        Assert.Equal(new ServerHealth(ServerState.Connecting, 0, Held: false), ServerHealth.Initial);
        Assert.True(ServerHealth.Initial.IsServing);
    }
}
