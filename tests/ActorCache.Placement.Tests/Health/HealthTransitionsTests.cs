using System.Globalization;
using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class HealthTransitionsTests
{
    // What follows when three failed attempts eject a server. A number is the failed attempts, ! is held, a dot is "unchanged".
    private const string Table = """
                        | Connected     | AttemptFailed | ConnectionLost | GateOpened | Ejected        | Reinstated | Removed   | Flapping  | Rejected
        Connecting 0    | Up 0          | Suspect 1     | Suspect 1      | .          | Down 0 !       | .          | Removed 0 | Suspect 1 | Down 1
        Connecting 2    | Up 0          | Down 3        | Down 3         | .          | Down 2 !       | .          | Removed 2 | Down 3    | Down 3
        Up 0            | .             | Suspect 1     | Suspect 0      | .          | Down 0 !       | .          | Removed 0 | Down 0    | Down 1
        Suspect 0       | Up 0          | Suspect 1     | .              | .          | Down 0 !       | .          | Removed 0 | .         | Down 1
        Suspect 1       | Up 0          | Suspect 2     | .              | .          | Down 1 !       | .          | Removed 1 | .         | Down 2
        Suspect 2       | Up 0          | Down 3        | .              | .          | Down 2 !       | .          | Removed 2 | .         | Down 3
        Down 3          | Quarantined 3 | Down 4        | .              | .          | Down 3 !       | .          | Removed 3 | .         | Down 4
        Down 3 !        | .             | Down 4 !      | .              | .          | .              | Down 3     | Removed 3 | .         | Down 4 !
        Quarantined 3   | .             | Down 4        | Down 3         | Up 0       | Down 3 !       | Up 0       | Removed 3 | Down 3    | Down 4
        Removed 3       | .             | .             | .              | .          | .              | .          | .         | .         | .
        """;

    // Section 4 of the design, and what an operator or a topology may do at any time.
    private static readonly HashSet<(ServerState From, ServerState To)> Diagram =
    [
        (ServerState.Connecting, ServerState.Up), (ServerState.Connecting, ServerState.Suspect), (ServerState.Connecting, ServerState.Down),
        (ServerState.Up, ServerState.Suspect), (ServerState.Up, ServerState.Down),
        (ServerState.Suspect, ServerState.Up), (ServerState.Suspect, ServerState.Down),
        (ServerState.Down, ServerState.Quarantined),
        (ServerState.Quarantined, ServerState.Up), (ServerState.Quarantined, ServerState.Down),
        .. Enum.GetValues<ServerState>().Select(state => (state, ServerState.Removed)),
        .. Enum.GetValues<ServerState>().Select(state => (state, state)),
    ];

    private static readonly Gen<HealthSignal> Signal = Gen.Enum<HealthSignal>();

    [Fact]
    public void Every_state_and_signal_leads_where_the_table_says()
    {
        var lines = Table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToList();
        var signals = lines[0].Skip(1).Select(Enum.Parse<HealthSignal>).ToList();
        Assert.Equal(Enum.GetValues<HealthSignal>().Order(), signals.Order());
        Assert.Equal(Enum.GetValues<ServerState>(), lines.Skip(1).Select(line => Health(line[0]).State).Distinct());

        foreach (var line in lines.Skip(1))
        {
            var from = Health(line[0]);
            foreach (var (signal, next) in signals.Zip(line.Skip(1)))
            {
                var expected = next == "." ? from : Health(next);
                Assert.Equal((from, signal, expected), (from, signal, HealthTransitions.Next(from, signal, serverMaxRetry: 3)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(int.MinValue)]
    public void One_failed_attempt_ejects_when_no_more_are_allowed(int serverMaxRetry)
    {
        Assert.Equal(Health("Down 1"), HealthTransitions.Next(Health("Connecting 0"), HealthSignal.AttemptFailed, serverMaxRetry));
        Assert.Equal(Health("Down 1"), HealthTransitions.Next(Health("Up 0"), HealthSignal.AttemptFailed, serverMaxRetry));
        Assert.Equal(Health("Suspect 0"), HealthTransitions.Next(Health("Up 0"), HealthSignal.ConnectionLost, serverMaxRetry));
        Assert.Equal(Health("Down 1"), HealthTransitions.Next(Health("Suspect 0"), HealthSignal.AttemptFailed, serverMaxRetry));
    }

    [Fact]
    public void Failed_attempts_stop_counting_before_they_overflow()
    {
        var longGone = new ServerHealth(ServerState.Down, int.MaxValue, Held: false);

        Assert.Equal(longGone, HealthTransitions.Next(longGone, HealthSignal.AttemptFailed, 3));
    }

    [Fact]
    public void No_life_leaves_the_diagram() =>
        Gen.Select(Gen.Int[1, 5], Signal.Array[0, 30]).Sample(
            (serverMaxRetry, signals) =>
            {
                var health = ServerHealth.Initial;
                foreach (var signal in signals)
                {
                    var next = HealthTransitions.Next(health, signal, serverMaxRetry);
                    Assert.Contains((health.State, next.State), Diagram);
                    Assert.True(!next.Held || next.State == ServerState.Down);
                    Assert.True(next.State != ServerState.Up || next.FailedAttempts == 0);
                    Assert.True(!next.IsOnRing || next.FailedAttempts < serverMaxRetry);
                    Assert.True(
                        health.IsOnRing || !next.IsOnRing || signal is HealthSignal.GateOpened or HealthSignal.Reinstated,
                        "only a gate or an operator puts a server back");
                    health = next;
                }
            },
            iter: 10_000);

    [Fact]
    public void Even_a_health_that_no_life_leads_to_has_a_next_state_within_the_diagram() =>
        Gen.Select(Gen.Enum<ServerState>(), Gen.Int, Gen.Bool, Signal, Gen.Int).Sample(
            (state, failures, held, signal, serverMaxRetry) =>
                Diagram.Contains((state, HealthTransitions.Next(new ServerHealth(state, failures, held), signal, serverMaxRetry).State)),
            iter: 10_000);

    private static ServerHealth Health(string text)
    {
        var words = text.Split(' ');
        return new(Enum.Parse<ServerState>(words[0]), int.Parse(words[1], CultureInfo.InvariantCulture), words.Length > 2);
    }
}
