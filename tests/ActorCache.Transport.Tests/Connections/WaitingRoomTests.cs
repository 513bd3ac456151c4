using Microsoft.Extensions.Time.Testing;

namespace ActorCache.Transport.Tests;

/// <summary>Operations that wait for a dial: in order, within their budget, not too many, and each let go exactly once.</summary>
public sealed class WaitingRoomTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task Open_lets_all_move_on_in_the_order_they_came()
    {
        var room = new WaitingRoom(new ConnectionOptions(), _time);
        var order = new List<int>();
        var waiting = Enumerable.Range(0, 100).Select(i => Wait(room, whenEnded: () => order.Add(i))).ToList();

        room.Open();

        foreach (var operation in waiting) await LiveConnection.AssertEnds(operation, AttemptEnd.Moved);
        Assert.Equal(Enumerable.Range(0, 100), order);
    }

    [Fact]
    public void An_open_room_sends_everyone_on_at_the_door()
    {
        var room = new WaitingRoom(new ConnectionOptions(), _time);
        room.Open();
        var operation = new TestOperation(RequestKind.Get, "k", _time);

        Assert.Equal(SendOutcome.Moved, room.TrySend(operation));
        Assert.False(operation.TakeBack());
        Assert.Equal(0, operation.Ends);
    }

    [Fact]
    public void Opening_twice_moves_nobody_twice()
    {
        var room = new WaitingRoom(new ConnectionOptions(), _time);
        var operation = Wait(room);
        room.Open();
        room.Open();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, operation.Ends);
    }

    [Fact]
    public void It_holds_as_many_as_a_connections_window()
    {
        var room = new WaitingRoom(new ConnectionOptions { MaxInFlight = 2 }, _time);
        var first = Wait(room);
        Wait(room);
        Assert.Equal(SendOutcome.Full, room.TrySend(new TestOperation(RequestKind.Get, "k", _time)));

        Assert.True(first.TakeBack());
        _time.Advance(TimeSpan.FromMilliseconds(25));

        Wait(room);
        Assert.Equal(SendOutcome.Full, room.TrySend(new TestOperation(RequestKind.Get, "k", _time)));
    }

    [Fact]
    public async Task Whose_budget_is_over_stops_waiting()
    {
        var room = new WaitingRoom(new ConnectionOptions(), _time);
        var hurried = Wait(room, TimeSpan.FromMilliseconds(100));
        var patient = Wait(room, TimeSpan.FromMinutes(1));

        _time.Advance(TimeSpan.FromMilliseconds(75));
        Assert.Equal(0, hurried.Ends);
        _time.Advance(TimeSpan.FromMilliseconds(25));

        await LiveConnection.AssertEnds(hurried, AttemptEnd.TimedOut);
        Assert.Equal(0, patient.Ends);
        room.Open();
        await LiveConnection.AssertEnds(patient, AttemptEnd.Moved);
        Assert.Equal(1, hurried.Ends);
    }

    [Fact]
    public void The_read_timeout_of_one_attempt_does_not_count_while_no_one_is_asked()
    {
        var room = new WaitingRoom(new ConnectionOptions { ReadTimeout = TimeSpan.FromMilliseconds(50) }, _time);
        var operation = Wait(room, TimeSpan.FromSeconds(2));

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, operation.Ends);
    }

    [Fact]
    public async Task Whoever_was_taken_back_is_not_moved()
    {
        var room = new WaitingRoom(new ConnectionOptions(), _time);
        var (cancelled, other) = (Wait(room), Wait(room));

        Assert.True(cancelled.TakeBack());
        Assert.False(cancelled.TakeBack());
        room.Open();

        await LiveConnection.AssertEnds(other, AttemptEnd.Moved);
        Assert.Equal(0, cancelled.Ends);
    }

    [Fact]
    public async Task A_moved_operation_may_enter_a_connection_from_within_the_move()
    {
        var live = await LiveConnection.Start();
        var room = new WaitingRoom(live.Options, live.Time);
        TestOperation? moving = null;
        moving = new TestOperation(RequestKind.Get, "k", live.Time) { AttemptEnding = () => live.Connection.TrySend(moving!) };
        room.TrySend(moving);

        room.Open();
        Assert.EndsWith("mg k v f k c O1\r\n", live.Wire.Sent, StringComparison.Ordinal);
        Assert.True(moving.TakeBack());
    }

    [Fact]
    public async Task Opened_in_the_midst_of_arrivals_everyone_is_moved_or_turned_away()
    {
        for (var round = 0; round < 200; round++)
        {
            var room = new WaitingRoom(new ConnectionOptions(), _time);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                var inside = new List<TestOperation>();
                while (true)
                {
                    var operation = new TestOperation(RequestKind.Get, "k", _time);
                    if (room.TrySend(operation) != SendOutcome.Accepted) return inside;
                    inside.Add(operation);
                }
            })).ToList();
            room.Open();

            foreach (var caller in callers)
            {
                foreach (var operation in await caller.Soon()) await LiveConnection.AssertEnds(operation, AttemptEnd.Moved);
            }
        }
    }

    private TestOperation Wait(WaitingRoom room, TimeSpan? budget = null, Action? whenEnded = null)
    {
        var operation = new TestOperation(RequestKind.Get, "k", _time, budget) { AttemptEnding = whenEnded };
        Assert.Equal(SendOutcome.Accepted, room.TrySend(operation));
        return operation;
    }
}
