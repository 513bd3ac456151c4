using Microsoft.Extensions.Time.Testing;

namespace ActorCache.EmbeddedServer.Tests.Commands;

/// <summary>Time as a client sees it, with a clock that the test moves.</summary>
public sealed class ExpiryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private EmbeddedMemcached _server = null!;
    private Wire _wire = null!;

    public async Task InitializeAsync()
    {
        _server = EmbeddedMemcached.Start(new EmbeddedMemcachedOptions { TimeProvider = _time });
        _wire = await Wire.ConnectAsync(_server.EndPoint);
    }

    public async Task DisposeAsync()
    {
        _wire.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_time_to_live_runs_down_and_out()
    {
        Assert.Equal("HD\r\n", await _wire.AskAsync("ms k 1 T10\r\nx\r\n"));
        Pass(4);
        Assert.Equal("HD t6\r\n", await _wire.AskAsync("mg k t\r\n"));
        Pass(6);
        Assert.Equal("EN\r\n", await _wire.AskAsync("mg k t\r\n"));
        Assert.Equal(0, _server.ItemCount);
    }

    [Theory]
    [InlineData("touch k 100\r\n", "TOUCHED\r\n")]
    [InlineData("gat 100 k\r\n", "VALUE k 0 1\r\nx\r\nEND\r\n")]
    [InlineData("mg k T100\r\n", "HD\r\n")]
    public async Task Touching_gives_more_time(string touch, string answer)
    {
        await _wire.AskAsync("set k 0 10 1\r\nx\r\n");
        Pass(9);
        Assert.Equal(answer, await _wire.AskAsync(touch, answer.Length));
        Pass(99);
        Assert.Equal("HD t1\r\n", await _wire.AskAsync("mg k t\r\n"));
        Pass(1);
        Assert.Equal("EN\r\n", await _wire.AskAsync("mg k t\r\n"));
    }

    [Fact]
    public async Task An_absolute_time_is_a_moment()
    {
        var moment = _time.GetUtcNow().AddDays(40).ToUnixTimeSeconds();
        await _wire.AskAsync($"set k 0 {moment} 1\r\nx\r\n");
        Pass(TimeSpan.FromDays(40).TotalSeconds - 1);
        Assert.Equal("HD t1\r\n", await _wire.AskAsync("mg k t\r\n"));
        Pass(1);
        Assert.Equal("EN\r\n", await _wire.AskAsync("mg k t\r\n"));
    }

    [Fact]
    public async Task A_lease_is_won_again_once_the_stub_is_gone()
    {
        Assert.Equal("HD W\r\n", await _wire.AskAsync("mg k N30\r\n"));
        Assert.Equal("HD Z\r\n", await _wire.AskAsync("mg k N30\r\n"));
        Pass(30);
        Assert.Equal("HD W\r\n", await _wire.AskAsync("mg k N30\r\n"));
    }

    [Fact]
    public async Task Recache_is_won_once_when_the_time_left_falls_below()
    {
        await _wire.AskAsync("set k 0 100 1\r\nx\r\n");
        Assert.Equal("HD\r\n", await _wire.AskAsync("mg k R30\r\n"));
        Pass(71);
        Assert.Equal("HD W\r\n", await _wire.AskAsync("mg k R30\r\n"));
        Assert.Equal("HD Z\r\n", await _wire.AskAsync("mg k R30\r\n"));
    }

    [Fact]
    public async Task Last_access_counts_from_the_second_fetch_on()
    {
        await _wire.AskAsync("set k 0 0 1\r\nx\r\n");
        Pass(5);
        Assert.Equal("HD h0 l5\r\n", await _wire.AskAsync("mg k h l\r\n"));
        Pass(2);
        Assert.Equal("HD h1 l7\r\n", await _wire.AskAsync("mg k h l\r\n"));
        Pass(3);
        Assert.Equal("HD h1 l3\r\n", await _wire.AskAsync("mg k h l u\r\n"));
        Pass(1);
        Assert.Equal("HD h1 l4\r\n", await _wire.AskAsync("mg k h l\r\n"));
    }

    [Fact]
    public async Task A_delayed_flush_waits_for_its_time()
    {
        await _wire.AskAsync("set k 0 0 1\r\nx\r\nflush_all 10\r\n", "OK\r\n");
        Pass(8);
        Assert.Equal("HD\r\n", await _wire.AskAsync("mg k\r\n"));
        Pass(2);
        Assert.Equal("EN\r\n", await _wire.AskAsync("mg k\r\n"));
        Assert.Equal("STORED\r\n", await _wire.AskAsync("set k 0 0 1\r\nx\r\n"));
        Assert.Equal("HD\r\n", await _wire.AskAsync("mg k\r\n"));
    }

    private void Pass(double seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
