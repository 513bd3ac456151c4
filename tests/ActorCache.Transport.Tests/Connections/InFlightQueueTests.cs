using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>First asked, first answered; places are used again, and never while somebody may still look at them.</summary>
public sealed class InFlightQueueTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void It_begins_empty()
    {
        var queue = new InFlightQueue();

        Assert.Null(queue.Head);
        Assert.Equal((0, (ushort)0), (queue.Count, queue.NextOpaque));
    }

    [Fact]
    public void The_head_is_the_oldest_and_knows_what_was_asked()
    {
        var queue = new InFlightQueue();
        queue.Enter(Operation(RequestKind.Get), deadline: 10, start: 100);
        queue.Enter(Operation(RequestKind.Store), deadline: 20, start: 200);

        var head = queue.Head!;
        Assert.Equal((RequestKind.Get, 10L, 100L, (ushort)0), (head.Kind, head.Deadline, head.Start, head.Opaque));
        head.Take();
        queue.Leave();
        head = queue.Head!;
        Assert.Equal((RequestKind.Store, 20L, 200L, (ushort)1), (head.Kind, head.Deadline, head.Start, head.Opaque));
        Assert.Equal(1, queue.Count);
    }

    [Fact]
    public void Places_are_used_again_after_they_were_given_back()
    {
        var queue = new InFlightQueue();
        var places = new HashSet<OperationSlot>(ReferenceEqualityComparer.Instance);
        for (var i = 0; i < 1_000; i++)
        {
            queue.Enter(Operation(RequestKind.Get), 0, 0);
            places.Add(queue.Head!);
            queue.Head!.Take();
            queue.Leave();
            queue.Recycle();
        }
        Assert.InRange(places.Count, 1, 3);
    }

    [Fact]
    public void A_place_that_was_left_is_not_used_again_before_it_is_given_back()
    {
        var queue = new InFlightQueue();
        queue.Enter(Operation(RequestKind.Get), 0, 0);
        var left = queue.Head!;
        left.Take();
        queue.Leave();
        for (var i = 0; i < 100; i++) queue.Enter(Operation(RequestKind.Get), 0, 0);

        for (var slot = queue.Head; slot is not null; slot = slot.Next) Assert.NotSame(left, slot);
    }

    [Fact]
    public void Entering_leaving_and_giving_back_in_any_order_is_a_queue()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var queue = new InFlightQueue();
            var model = new Queue<(Operation Operation, ushort Opaque)>();
            ushort opaque = 0;
            for (var step = 0; step < 500; step++)
            {
                switch (random.Next(5))
                {
                    case 0 or 1:
                        var operation = Operation(RequestKind.Get);
                        queue.Enter(operation, 0, 0);
                        model.Enqueue((operation, opaque++));
                        break;
                    case 2 or 3 when model.Count > 0:
                        var (expected, number) = model.Dequeue();
                        Assert.Equal(number, queue.Head!.Opaque);
                        Assert.Same(expected, queue.Head.Take());
                        queue.Leave();
                        break;
                    case 4:
                        queue.Recycle();
                        break;
                }
                Assert.Equal(model.Count, queue.Count);
                Assert.Equal(opaque, queue.NextOpaque);
                var slot = queue.Head;
                foreach (var entry in model)
                {
                    if (slot?.Tenant != entry.Operation) Assert.Fail($"seed {seed}: out of order at step {step}");
                    slot = slot.Next;
                }
                Assert.Null(slot);
            }
        }
    }

    [Fact]
    public async Task One_thread_may_leave_while_others_enter()
    {
        const int Count = 200_000;
        var queue = new InFlightQueue();
        var gate = new Lock();
        var leaving = Task.Run(() =>
        {
            for (var left = 0; left < Count;)
            {
                if (queue.Head is not { } head) continue;
                if (head.Opaque != (ushort)left || head.Start != left || head.Take() is null) return $"{left} was out of order";
                queue.Leave();
                left++;
                if (left % 7 == 0) lock (gate) queue.Recycle();
            }
            return "";
        });
        long start = 0;
        var entering = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            var operation = Operation(RequestKind.Get);
            for (var i = 0; i < Count / 2; i++)
            {
                lock (gate) queue.Enter(operation, 0, start++);
            }
        }));

        await Task.WhenAll(entering).Soon();
        Assert.Equal("", await leaving.Soon());
        Assert.Equal(0, queue.Count);
    }

    private TestOperation Operation(RequestKind kind) => new(kind, "k", _time);
}
