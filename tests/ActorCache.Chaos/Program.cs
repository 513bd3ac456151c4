// Hurts real and lying servers under load and proves that no answer is wrong: one row per fault, exit code 0 only if every verdict is ok.

using System.Runtime.InteropServices;
using ActorCache.Chaos;

if (!ChaosArguments.TryParse(args, out var arguments, out var complaint))
{
    Console.Error.WriteLine(complaint);
    return 2;
}

// A defect of this program's own must not leave its servers behind either: an orderly exit ends them.
AppDomain.CurrentDomain.UnhandledException += static (_, unhandled) =>
{
    Console.Error.WriteLine(unhandled.ExceptionObject);
    Environment.Exit(1);
};

// Before anything of the client is touched: it looks once.
if (arguments.Sabotage is not null) AppContext.SetData("ActorCache.Sabotage", arguments.Sabotage);

// Callers by the dozen share two cores with the servers: the pool must not dole out threads slowly.
ThreadPool.SetMinThreads(32, 32);

using var interrupted = new CancellationTokenSource();
void Interrupt(PosixSignalContext signal)
{
    if (interrupted.IsCancellationRequested) return; // Asked twice: at once, then.
    signal.Cancel = true;
    interrupted.Cancel();
}
using var ctrlC = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);

return await new ChaosRun(arguments).RunAsync(interrupted.Token);
