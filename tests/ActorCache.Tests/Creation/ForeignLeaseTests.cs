using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Tests;

/// <summary>A lease that is seen for longer than leases last is given up.</summary>
public class ForeignLeaseTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(10);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void A_lease_is_given_up_a_second_after_it_should_have_ended()
    {
        var theirs = new ForeignLease(_time, Lease);
        Assert.False(theirs.IsGivenUp(5, "a"));
        _time.Advance(Lease + TimeSpan.FromSeconds(0.9));
        Assert.False(theirs.IsGivenUp(5, "a"));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.True(theirs.IsGivenUp(5, "a"));
    }

    [Theory]
    [InlineData(6, "a")]
    [InlineData(5, "b")]
    public void Another_lease_has_its_own_time(ulong cas, string server)
    {
        var theirs = new ForeignLease(_time, Lease);
        theirs.IsGivenUp(5, "a");
        _time.Advance(2 * Lease);
        Assert.False(theirs.IsGivenUp(cas, server));
        _time.Advance(2 * Lease);
        Assert.True(theirs.IsGivenUp(cas, server));
        Assert.False(theirs.IsGivenUp(5, "a"));
    }
}
