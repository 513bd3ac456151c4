namespace ActorCache.Tests;

/// <summary>A share of all calls, and a reserve of a hundred.</summary>
public class RetryBudgetTests
{
    [Fact]
    public void There_is_a_reserve_at_first_and_no_more()
    {
        var budget = new RetryBudget(0.1);
        Assert.Equal(100, Taken(budget));
    }

    [Theory]
    [InlineData(0.1, 500, 50)]
    [InlineData(0.5, 7, 3)]
    [InlineData(1, 20, 20)]
    [InlineData(0.1, 9, 0)]
    public void Once_the_reserve_is_gone_it_grows_by_a_share_of_the_calls(double share, int calls, int retries)
    {
        var budget = new RetryBudget(share);
        Taken(budget);
        Call(budget, calls);
        Assert.Equal(retries, Taken(budget));
        Assert.Equal(0, Taken(budget));
    }

    [Fact]
    public void What_is_left_over_adds_up()
    {
        var budget = new RetryBudget(0.25);
        Taken(budget);
        for (var i = 0; i < 10; i++)
        {
            Call(budget, 2);
            Assert.Equal(i % 2, Taken(budget));
        }
    }

    [Fact]
    public void It_saves_up_no_more_than_the_reserve()
    {
        var budget = new RetryBudget(1);
        Call(budget, 100_000);
        Assert.Equal(100, Taken(budget));
    }

    [Fact]
    public void A_share_of_nothing_is_nothing()
    {
        var budget = new RetryBudget(0);
        Call(budget, 1_000);
        Assert.Equal(0, Taken(budget));
    }

    // On one thread every call is counted; calls that meet on one processor may miss one another's, which only makes the budget smaller.
    private static void Call(RetryBudget budget, int calls)
    {
        for (var i = 0; i < calls; i++) budget.OnCall();
    }

    private static int Taken(RetryBudget budget)
    {
        var taken = 0;
        while (budget.TryTake()) taken++;
        return taken;
    }
}
