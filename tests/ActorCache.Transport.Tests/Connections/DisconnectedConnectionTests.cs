namespace ActorCache.Transport.Tests;

/// <summary>A server that is down says so at once, and keeps nobody.</summary>
public sealed class DisconnectedConnectionTests
{
    [Fact]
    public void It_refuses_everything_and_the_operation_stays_its_senders()
    {
        var operation = new TestOperation(RequestKind.Get, "k", TimeProvider.System);

        Assert.Equal(SendOutcome.Closed, DisconnectedConnection.Instance.TrySend(operation));
        Assert.False(operation.TakeBack());
        Assert.Equal(0, operation.Ends);
    }
}
