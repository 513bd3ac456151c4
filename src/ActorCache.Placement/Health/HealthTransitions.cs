using static ActorCache.ServerState;
using Signal = ActorCache.Placement.HealthSignal;

namespace ActorCache.Placement;

/// <summary>
/// The life of a server as a table: every state, every signal, one next state. Pure, so that the router's decisions can be read and tested
/// without actors or clocks. When to send which signal (backoff, hold-down, rejoin rules) is the router's business.
/// </summary>
public static class HealthTransitions
{
    /// <summary>What a server's health is after a signal. Total: a signal that means nothing in a state changes nothing.</summary>
    /// <param name="current">Its health so far.</param>
    /// <param name="signal">What happened.</param>
    /// <param name="serverMaxRetry">Consecutive failed attempts that eject a server; less than 1 counts as 1.</param>
    public static ServerHealth Next(ServerHealth current, HealthSignal signal, int serverMaxRetry)
    {
        var up = new ServerHealth(Up, 0, Held: false);
        var failures = current.FailedAttempts == int.MaxValue ? int.MaxValue : current.FailedAttempts + 1;

        return (current.State, signal) switch
        {
            (Removed, _) => current,
            (_, Signal.Removed) => current with { State = Removed, Held = false },

            // An operator's word counts in every state.
            (_, Signal.Ejected) => current with { State = Down, Held = true },
            (Down, Signal.Reinstated) => current with { Held = false },
            (Quarantined, Signal.Reinstated) => up,

            (Connecting or Up or Suspect, Signal.Rejected) => new ServerHealth(Down, failures, Held: false),

            (Connecting, Signal.Connected) => up,
            (Connecting, Signal.AttemptFailed or Signal.ConnectionLost or Signal.Flapping) => AfterFailures(failures, serverMaxRetry),

            (Up, Signal.Connected) => up,
            (Up, Signal.ConnectionLost) => new ServerHealth(Suspect, 0, Held: false), // the loss is not an attempt
            (Up, Signal.Flapping) => new ServerHealth(Down, 0, Held: false),
            (Up, Signal.AttemptFailed) => AfterFailures(1, serverMaxRetry),

            (Suspect, Signal.Connected) => up,
            (Suspect, Signal.AttemptFailed) => AfterFailures(failures, serverMaxRetry),

            (Down, Signal.Connected) when !current.Held => current with { State = Quarantined },
            (Down, Signal.AttemptFailed or Signal.Rejected) => current with { FailedAttempts = failures },

            (Quarantined, Signal.GateOpened) => up,
            (Quarantined, Signal.ConnectionLost or Signal.Flapping) => current with { State = Down },
            (Quarantined, Signal.AttemptFailed or Signal.Rejected) => current with { State = Down, FailedAttempts = failures },

            _ => current,
        };
    }

    private static ServerHealth AfterFailures(int failures, int serverMaxRetry) =>
        new(failures >= serverMaxRetry ? Down : Suspect, failures, Held: false);
}
