namespace ActorCache.Tests;

/// <summary>A version is what the server says, word for word.</summary>
public class VersionOperationTests
{
    [Fact]
    public async Task Every_server_says_its_own()
    {
        var pool = new Pool("a", "b");
        pool["a"].Answers = _ => "VERSION 1.6.18";
        pool["b"].Answers = _ => "VERSION 1.4.15 (Ubuntu)";
        var result = await pool.Client.VersionAsync().Soon();
        Assert.True(result.IsComplete);
        Assert.Equal(new ServerVersion(CacheOutcome.Hit, "1.6.18"), result.Servers["a:11211"]);
        Assert.Equal(new ServerVersion(CacheOutcome.Hit, "1.4.15 (Ubuntu)"), result.Servers["b:11211"]);
    }

    [Fact]
    public async Task One_that_does_not_say_has_none()
    {
        var pool = new Pool("a", "b");
        pool["a"].Answers = _ => "VERSION 1.6.18";
        pool.Lose("b");
        var result = await pool.Client.VersionAsync().Soon();
        Assert.False(result.IsComplete);
        Assert.Equal(new ServerVersion(CacheOutcome.Unavailable, null), result.Servers["b:11211"]);
    }
}
