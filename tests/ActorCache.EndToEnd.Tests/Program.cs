using ActorCache.EndToEnd.Tests.Creation;
using ActorCache.EndToEnd.Tests.Faults;

namespace ActorCache.EndToEnd.Tests;

/// <summary>The entry point of this assembly when a test runs it as a program, for what takes a process of its own.</summary>
internal static class Program
{
    private const int WrongUse = 64;

    public static int Main(string[] arguments) => arguments switch
    {
        [StarvedProcess.Argument, var servers] => StarvedProcess.Run(servers),
        [HostsFileProcess.Argument, var hosts] => HostsFileProcess.RunAsync(hosts).GetAwaiter().GetResult(),
        [Stampeder.Argument, var servers, var key, var callers, var creation] => Stampeder.RunAsync(servers, key, int.Parse(callers), int.Parse(creation)).GetAwaiter().GetResult(),
        _ => WrongUse,
    };
}
