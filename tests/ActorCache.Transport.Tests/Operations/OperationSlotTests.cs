namespace ActorCache.Transport.Tests;

/// <summary>An operation is taken out of its place once, by whoever is first; the place remembers what was asked.</summary>
public sealed class OperationSlotTests
{
    [Fact]
    public void Taken_once_it_is_gone_and_what_was_asked_is_still_known()
    {
        var slot = new OperationSlot();
        var operation = Get();
        slot.Seat(operation);

        Assert.Same(operation, slot.Tenant);
        Assert.Same(operation, slot.Take());
        Assert.Null(slot.Take());
        Assert.Null(slot.Tenant);
        Assert.False(operation.TakeBack());
        Assert.Equal(RequestKind.Get, slot.Kind);
    }

    [Fact]
    public void Only_the_tenant_itself_is_taken_back()
    {
        var slot = new OperationSlot();
        var (former, present) = (Get(), Get());
        slot.Seat(former);
        slot.Take();
        slot.Seat(present);

        Assert.False(former.TakeBack());
        Assert.False(slot.TryTake(former));
        Assert.Same(present, slot.Tenant);
        Assert.True(present.TakeBack());
    }

    [Fact]
    public void An_operation_that_moved_is_taken_back_from_where_it_is()
    {
        var (first, second) = (new OperationSlot(), new OperationSlot());
        var operation = Get();
        first.Seat(operation);
        first.Take();
        second.Seat(operation);

        Assert.True(operation.TakeBack());
        Assert.Null(second.Tenant);
    }

    [Fact]
    public void An_operation_that_waits_nowhere_cannot_be_taken_back() => Assert.False(Get().TakeBack());

    [Fact]
    public async Task Of_two_that_take_at_once_one_gets_it()
    {
        var slot = new OperationSlot();
        for (var i = 0; i < 5_000; i++)
        {
            var operation = Get();
            slot.Seat(operation);
            var taking = Task.Run(() => slot.Take() is not null);
            var takenBack = operation.TakeBack();

            Assert.NotEqual(takenBack, await taking.Soon());
        }
    }

    private static TestOperation Get() => new(RequestKind.Get, "k", TimeProvider.System);
}
