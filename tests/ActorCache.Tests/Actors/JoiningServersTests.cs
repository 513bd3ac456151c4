using ActorCache.Placement;
using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Who has answered, who has not, and whose connection is gone again.</summary>
public class JoiningServersTests
{
    private static readonly ConnectionClosed Gone = new(CloseReason.Lost, "gone");

    private readonly JoiningServers _joining = new(new Topology(new[] { "a", "b", "c" }.Select(ServerAddress.Parse)),
        new HashSet<string> { "b", "c" }, new Dictionary<string, ConnectionReport.ServerUp>(), []);

    [Fact]
    public void Who_answers_is_no_longer_awaited_and_is_kept_with_its_connection()
    {
        var up = new ConnectionReport.ServerUp("b", new FakeConnection());
        var joining = _joining.On(up);
        Assert.Equal(["c"], joining.Awaited);
        Assert.Same(up, joining.Joined["b"]);
        Assert.Equal(["b", "c"], _joining.Awaited);
        Assert.Empty(_joining.Joined);
    }

    [Fact]
    public void Who_cannot_be_reached_is_no_longer_awaited_either()
    {
        var joining = _joining.On(new ConnectionReport.AttemptFailed("b", Gone));
        Assert.Equal(["c"], joining.Awaited);
        Assert.Empty(joining.Joined);
    }

    [Fact]
    public void Who_answered_and_is_lost_again_joins_without_a_connection_or_with_the_next()
    {
        var connection = new FakeConnection();
        var joining = _joining.On(new ConnectionReport.ServerUp("b", connection)).On(new ConnectionReport.ServerDown("b", connection, Gone));
        Assert.Empty(joining.Joined);
        Assert.Equal(["c"], joining.Awaited);
        var again = new ConnectionReport.ServerUp("b", new FakeConnection());
        Assert.Same(again, joining.On(again).Joined["b"]);
        Assert.Equal(["b", "c"], joining.On(again).On(new ConnectionReport.ServerUp("c", connection)).Joined.Keys.Order());
    }
}
