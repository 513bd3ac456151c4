namespace ActorCache.Transport.Tests;

/// <summary>A waiter's code may block: it holds up neither the other waiters, nor the receive loop, nor what is sent.</summary>
public sealed class BlockingWaiterTests : IDisposable
{
    private readonly ManualResetEventSlim _release = new();

    public void Dispose() => _release.Set();

    [Fact]
    public async Task A_lone_waiter_that_blocks_does_not_stop_the_connection()
    {
        var live = await LiveConnection.Start();
        await AnsweredBlocking(live, ("a", 1));

        for (var i = 2; i < 10; i++)
        {
            var next = live.Get("next");
            live.SayHits(("next", i));
            await LiveConnection.AssertAnswered(next, "next");
        }
    }

    [Fact]
    public async Task One_waiter_of_a_batch_that_blocks_holds_up_no_other()
    {
        var live = await LiveConnection.Start();
        var blocking = Blocking(live, "a");
        var others = Enumerable.Range(0, 50).Select(_ => live.Get("b")).ToList();

        live.SayHits([("a", 1), .. Enumerable.Range(2, 50).Select(i => ("b", i))]);

        await blocking.Ended.Soon();
        foreach (var other in others) await LiveConnection.AssertAnswered(other, "b");
        await AssertStillServes(live, 52);
    }

    [Fact]
    public async Task When_every_waiter_of_a_batch_blocks_requests_still_go_out()
    {
        var live = await LiveConnection.Start();
        await AnsweredBlocking(live, ("a", 1), ("b", 2), ("c", 3));

        await AssertStillServes(live, 4);
    }

    [Fact]
    public async Task When_every_waiter_of_many_batches_blocks_requests_still_go_out()
    {
        for (var round = 0; round < 20; round++)
        {
            var live = await LiveConnection.Start();
            TestOperation[] blocking = [Blocking(live, "a"), Blocking(live, "b"), Blocking(live, "c")];
            live.SayHits(("a", 1), ("b", 2));
            live.SayHits(("c", 3));
            await Task.WhenAll(blocking.Select(operation => operation.Ended)).Soon();

            await AssertStillServes(live, 4);
            _release.Set();
            _release.Reset();
        }
    }

    [Fact]
    public async Task A_waiter_may_send_and_wait_for_its_own_reply_in_its_completion()
    {
        var live = await LiveConnection.Start();
        using var peer = AnsweringPeer.For(live.Wire, seed: 3);
        var nested = Enumerable.Range(0, 8).Select(i =>
        {
            var answered = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            live.Offer(new TestOperation(RequestKind.Get, $"outer{i}", live.Time)
            {
                Completing = () =>
                {
                    var inner = live.Get($"inner{i}");
                    answered.SetResult(inner.Ended.Wait(TimeSpan.FromSeconds(5)) ? inner.Ended.Result.Value : "nothing");
                },
            });
            return answered.Task;
        }).ToList();

        Assert.Equal(Enumerable.Range(0, 8).Select(i => $"inner{i}"), await Task.WhenAll(nested).Soon());
    }

    private TestOperation Blocking(LiveConnection live, string key) =>
        live.Offer(new TestOperation(RequestKind.Get, key, live.Time) { Completing = _release.Wait });

    private async Task AnsweredBlocking(LiveConnection live, params (string Key, int Opaque)[] gets)
    {
        var blocking = gets.Select(get => Blocking(live, get.Key)).ToList();
        live.SayHits(gets);
        await Task.WhenAll(blocking.Select(operation => operation.Ended)).Soon();
    }

    private static async Task AssertStillServes(LiveConnection live, int opaque)
    {
        var next = live.Get("next");
        var request = $"mg next v f k c O{opaque}\r\n";
        while (!live.Wire.Sent.EndsWith(request, StringComparison.Ordinal)) await live.Wire.NextSend();
        live.SayHits(("next", opaque));
        await LiveConnection.AssertAnswered(next, "next");
    }
}
