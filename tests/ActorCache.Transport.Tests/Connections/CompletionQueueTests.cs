using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace ActorCache.Transport.Tests;

/// <summary>
/// Waiters are woken off the receive loop, each of them, whatever the others do; and somebody always says when all are. The events that
/// waiters block on are not disposed: a waiter may come to one when its test is over.
/// </summary>
[Collection(nameof(Alone))]
public sealed class CompletionQueueTests
{
    private static readonly TimeProvider Clock = TimeProvider.System;

    [Fact]
    public async Task Every_operation_is_completed_once()
    {
        var queue = new CompletionQueue(() => true, () => { });
        var operations = Enumerable.Range(0, 1_000).Select(_ => Answered()).ToList();

        foreach (var batch in operations.Chunk(7)) queue.Add([.. batch]);

        await Task.WhenAll(operations.Select(operation => operation.Ended)).Soon();
        Assert.All(operations, operation => Assert.Equal(1, operation.Ends));
    }

    // The successor that a worker asked for finds nothing, and leaves, while the next batch comes: they must not miss each other.
    [Fact]
    public void A_batch_that_comes_at_the_instant_a_worker_starts_is_not_left_lying()
    {
        const int Rounds = 300_000;
        var queue = new CompletionQueue(() => false, () => { });
        int round = 0, completed = 0, left = 0;
        List<Operation> batch = [Answered(() => Interlocked.Increment(ref completed))];
        var worker = new Thread(() =>
        {
            for (var i = 1; i <= Rounds; i++)
            {
                WaitFor(ref round, i);
                if (Volatile.Read(ref round) == int.MaxValue) return;
                ((IThreadPoolWorkItem)queue).Execute();
                Volatile.Write(ref left, i);
            }
        }) { IsBackground = true };
        worker.Start();

        // On a busy machine the two seldom meet, and nothing is gained by trying longer.
        var clock = Stopwatch.StartNew();
        for (var i = 1; i <= Rounds && clock.Elapsed < TimeSpan.FromSeconds(5); i++)
        {
            WorkerRequested(queue) = 1;
            Volatile.Write(ref round, i);
            for (var wait = i % 16; wait > 0; wait--) Thread.SpinWait(1);
            queue.Add(batch);
            WaitFor(ref left, i);
            if (Volatile.Read(ref completed) < i && !SpinWait.SpinUntil(() => Volatile.Read(ref completed) >= i, TimeSpan.FromSeconds(10)))
                Assert.Fail($"batch {i} was left lying");
        }
        Volatile.Write(ref round, int.MaxValue);
        worker.Join();
    }

    private static void WaitFor(ref int counter, int value)
    {
        for (var spins = 0; Volatile.Read(ref counter) < value; spins++)
        {
            if (spins > 5_000) Thread.Yield();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_workerRequested")]
    private static extern ref int WorkerRequested(CompletionQueue queue);

    [Fact]
    public async Task A_waiter_that_blocks_holds_up_no_other()
    {
        var queue = new CompletionQueue(() => true, () => { });
        var release = new ManualResetEventSlim();
        var blocking = Enumerable.Range(0, 5).Select(_ => Answered(release.Wait)).ToList();
        var free = Answered();

        queue.Add([.. blocking, free]);

        await free.Ended.Soon();
        await Task.WhenAll(blocking.Select(operation => operation.Ended)).Soon();
        release.Set();
    }

    [Fact]
    public async Task When_every_waiter_of_a_batch_blocks_somebody_still_says_that_all_are_woken()
    {
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = new CompletionQueue(() => true, () => drained.TrySetResult());
        var release = new ManualResetEventSlim();

        queue.Add([Answered(release.Wait), Answered(release.Wait)]);

        await drained.Task.Soon();
        release.Set();
    }

    [Fact]
    public async Task When_a_batch_of_one_follows_a_batch_of_many_and_all_block_somebody_still_says_that_all_are_woken()
    {
        for (var i = 0; i < 200; i++)
        {
            var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var queue = new CompletionQueue(() => true, () => drained.TrySetResult());
            var release = new ManualResetEventSlim();
            TestOperation[] all = [Answered(release.Wait), Answered(release.Wait), Answered(release.Wait)];

            queue.Add([all[0], all[1]]);
            queue.Add([all[2]]);

            await drained.Task.Soon($"round {i}");
            release.Set();
            await Task.WhenAll(all.Select(operation => operation.Ended)).Soon();
        }
    }

    [Fact]
    public async Task A_lone_waiter_that_nobody_waits_for_costs_no_second_worker()
    {
        var calls = 0;
        var drained = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var queue = new CompletionQueue(() => false, () =>
        {
            Interlocked.Increment(ref calls);
            drained.TrySetResult();
        });

        queue.Add([Answered()]);

        await drained.Task.Soon();
        Assert.Equal(1, Volatile.Read(ref calls));
    }

    private static TestOperation Answered(Action? completing = null)
    {
        var operation = new TestOperation(RequestKind.NoOp, "", Clock) { Completing = completing };
        operation.OnReply(default);
        return operation;
    }
}
