using ActorCache.Transport;

namespace ActorCache.Tests;

/// <summary>Reads that win a lease which they have no use for.</summary>
public class LeaseReturnTests
{
    private readonly Pool _pool = new("a");

    [Theory]
    [InlineData("VA 3 f0 c5 X W\r\nold", "md key O7 I C5\r\n")]
    [InlineData("VA 3 f0 c5 Z X\r\nold", null)]
    public async Task A_stale_value_is_a_miss_and_its_lease_goes_back_when_it_was_won(string reply, string? sent)
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Get ? reply : "HD";
        Assert.Equal(CacheOutcome.Miss, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Equal(CacheOutcome.Miss, (await _pool.Client.GetRawAsync("key", new System.Buffers.ArrayBufferWriter<byte>()).Soon()).Outcome);
        Assert.Equal(sent is null ? [] : [sent, sent], _pool["a"].Accepted.Where(request => request.Kind == RequestKind.Delete).Select(request => request.Text));
    }

    [Fact]
    public async Task A_touch_of_what_is_stale_deletes_it()
    {
        _pool["a"].Answers = request => request.Kind == RequestKind.Touch ? "HD c5 Z X" : "HD";
        Assert.Equal(CacheOutcome.NotFound, (await _pool.Client.TouchAsync("key", TimeSpan.FromMinutes(1)).Soon()).Outcome);
        Assert.Equal("md key O7 C5\r\n", _pool["a"].Accepted[^1].Text);
    }

    [Theory]
    [InlineData("VA 0 f0 c5 Z", CacheOutcome.Miss)]
    [InlineData("VA 0 f134217728 c5 Z", CacheOutcome.Hit)]
    [InlineData("VA 0 f0 c5", CacheOutcome.Hit)]
    [InlineData("VA 0 f67108864 c5", CacheOutcome.Miss)]
    public async Task The_place_of_a_value_to_come_is_told_from_an_empty_value(string line, CacheOutcome outcome)
    {
        _pool["a"].Answers = _ => $"{line}\r\n";
        Assert.Equal(outcome, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Single(_pool["a"].Accepted);
    }

    [Fact]
    public async Task A_lease_that_cannot_be_given_back_costs_the_reader_nothing()
    {
        _pool["a"].Answers = _ => "VA 3 f0 c5 X W\r\nold";
        _pool["a"].OnAccepted = _ => _pool["a"].Outcome = SendOutcome.Closed;
        Assert.Equal(CacheOutcome.Miss, (await _pool.Client.GetAsync<string>("key").Soon()).Outcome);
        Assert.Single(_pool["a"].Accepted);
    }
}
