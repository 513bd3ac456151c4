namespace ActorCache.Placement.Tests;

public sealed class TurnsTests
{
    [Fact]
    public async Task Callers_on_all_processors_get_turns_that_spread_evenly()
    {
        const int PerCaller = 100_000;
        var turns = new Turns();
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            var mine = new int[5];
            for (var i = 0; i < PerCaller; i++) mine[turns.Next() % 5]++;
            return mine;
        })));

        for (var server = 0; server < 5; server++)
            Assert.InRange(counts.Sum(mine => mine[server]), 8 * PerCaller / 5 * 0.95, 8 * PerCaller / 5 * 1.05);
    }
}
