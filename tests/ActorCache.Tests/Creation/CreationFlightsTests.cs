namespace ActorCache.Tests;

/// <summary>Who may join what is being created, and until when.</summary>
public class CreationFlightsTests
{
    private readonly CreationFlights _flights = new();

    [Fact]
    public void One_begins_and_the_others_join()
    {
        var (first, isNew) = Join<string>("key");
        Assert.True(isNew);
        Assert.Equal((first, false), Join<string>("key"));
        Assert.NotSame(first, Join<string>("other").Flight);
        Assert.True(Join<int>("key").IsNew);
    }

    [Fact]
    public void Nobody_joins_what_all_have_left()
    {
        var (first, _) = Join<string>("key");
        Join<string>("key");
        first.Leave();
        Assert.Same(first, Join<string>("key").Flight);
        first.Leave();
        Assert.False(first.Abandoned.IsCancellationRequested);
        first.Leave();
        Assert.True(Join<string>("key").IsNew);
    }

    [Fact]
    public async Task When_all_have_left_its_token_is_cancelled_whatever_the_creator_does_with_it()
    {
        var (flight, _) = Join<string>("key");
        var cancelled = new TaskCompletionSource();
        await using var throwing = flight.Abandoned.Register(() => throw new InvalidOperationException("the creator's own"));
        await using var telling = flight.Abandoned.Register(cancelled.SetResult);
        flight.Leave();
        await cancelled.Task.Soon("the cancellation");
    }

    [Fact]
    public void A_write_takes_every_type_of_its_key_and_no_other_key()
    {
        var (text, number, other) = (Join<string>("key").Flight, Join<int>("key").Flight, Join<string>("other").Flight);
        _flights.Overtaken("key");
        Assert.NotSame(text, Join<string>("key").Flight);
        Assert.NotSame(number, Join<int>("key").Flight);
        Assert.Same(other, Join<string>("other").Flight);
        _flights.Overtaken();
        Assert.NotSame(other, Join<string>("other").Flight);
        Assert.True(text.TryJoin()); // Those who wait for it already still get it.
    }

    [Fact]
    public void One_that_is_over_takes_no_newer_one_along()
    {
        var (first, _) = Join<string>("key");
        _flights.Overtaken("key");
        var (second, _) = Join<string>("key");
        _flights.Remove("key", first);
        Assert.Same(second, Join<string>("key").Flight);
        _flights.Remove("key", second);
        Assert.True(Join<string>("key").IsNew);
    }

    private (CreationFlight<T> Flight, bool IsNew) Join<T>(string key) => _flights.Join(key, () => new CreationFlight<T>());
}
