using System.Globalization;

namespace FailoverDemo;

/// <summary>What the command line asks for.</summary>
internal sealed record DemoArguments
{
    // Shorter, and the killed server would not be back for sure before the other one hangs.
    private const int ShortestSeconds = 10;
    private const int LongestSeconds = 3600;

    /// <summary>How to call it.</summary>
    public static readonly string Usage = $"""
        Runs 64 concurrent callers against three memcached servers, kills one, lets another hang, brings both back, and tells what the
        callers noticed.

        Usage: dotnet run -c Release --project samples/FailoverDemo [-- OPTIONS]

          --memcached       three real memcached processes (on Debian: apt-get install memcached); default: three embedded servers
          --servers a,b,c   your own servers, host[:port][*weight]; they are only watched: break one yourself
          --seconds N       how long, {ShortestSeconds} to {LongestSeconds}; the faults keep their place in it; default 25
          --unpaced         callers do not pause between calls: the machine becomes the limit
          --json            one line of JSON to standard output and nothing else
          --help            this text

        Exit code: 0 when no call failed, hung or got another key's value, and both faults were seen and healed; 1 otherwise; 2 for wrong
        arguments.
        """;

    /// <summary>Real memcached processes rather than embedded servers.</summary>
    public bool Memcached { get; private init; }

    /// <summary>The user's own servers; empty when the demo starts some itself.</summary>
    public IReadOnlyList<string> Servers { get; private init; } = [];

    public TimeSpan Duration { get; private init; } = TimeSpan.FromSeconds(25);

    public bool Paced { get; private init; } = true;

    public bool Json { get; private init; }

    public bool Help { get; private init; }

    /// <summary>The arguments, or what is wrong with them and its fix.</summary>
    public static (DemoArguments? Arguments, string? Fault) Read(ReadOnlySpan<string> args)
    {
        var read = new DemoArguments();
        while (!args.IsEmpty)
        {
            var (name, value) = (args[0], args.Length > 1 ? args[1] : null);
            args = args[1..];
            switch (name)
            {
                case "--memcached":
                    read = read with { Memcached = true };
                    break;
                case "--unpaced":
                    read = read with { Paced = false };
                    break;
                case "--json":
                    read = read with { Json = true };
                    break;
                case "--help" or "-h":
                    read = read with { Help = true };
                    break;
                case "--servers":
                    var servers = value?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
                    if (servers.Length == 0 || value!.StartsWith("--", StringComparison.Ordinal))
                        return (null, "--servers needs a list, such as --servers cache-1:11211,cache-2:11211.");
                    read = read with { Servers = servers };
                    args = args[1..];
                    break;
                case "--seconds":
                    if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                        || seconds is < ShortestSeconds or > LongestSeconds)
                    {
                        return (null, $"--seconds needs a whole number from {ShortestSeconds} to {LongestSeconds}, such as --seconds 25; "
                            + $"it got {value ?? "nothing"}.");
                    }
                    read = read with { Duration = TimeSpan.FromSeconds(seconds) };
                    args = args[1..];
                    break;
                default:
                    return (null, $"{name} is not an option; see below for those there are.");
            }
        }
        return read is { Memcached: true, Servers.Count: > 0 }
            ? (null, "--memcached and --servers exclude each other: leave out --memcached to watch your own servers, or --servers to have "
                + "some started.")
            : (read, null);
    }
}
