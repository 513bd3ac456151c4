using System.Globalization;

namespace ActorCache.Chaos;

/// <summary>The command line.</summary>
internal sealed record ChaosArguments
{
    private const string Usage =
        "Usage: [--quick | --full] [--seed N] [--only F2,F21] [--json] | --sabotage NAME [--json] | --list | --list-sabotage";

    /// <summary>The long run, with the bars as they are meant; else the quick one, which fits into every test run.</summary>
    public bool Full { get; private init; }

    public int Seed { get; private init; } = 20_061;

    /// <summary>The rows wanted; empty for all.</summary>
    public IReadOnlyList<string> Only { get; private init; } = [];

    public bool Json { get; private init; }

    public bool List { get; private init; }

    public bool ListSabotage { get; private init; }

    /// <summary>The bug to plant, if any.</summary>
    public string? Sabotage { get; private init; }

    /// <summary>This is a process of the program's own, and these are what it was told: its part, and what that needs.</summary>
    public IReadOnlyList<string> Child { get; private init; } = [];

    public static bool TryParse(string[] args, out ChaosArguments arguments, out string complaint)
    {
        arguments = new ChaosArguments();
        complaint = "";
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : null;
            switch (args[i])
            {
                case "--quick": arguments = arguments with { Full = false }; break;
                case "--full": arguments = arguments with { Full = true }; break;
                case "--json": arguments = arguments with { Json = true }; break;
                case "--list": arguments = arguments with { List = true }; break;
                case "--list-sabotage": arguments = arguments with { ListSabotage = true }; break;
                case "--child": arguments = arguments with { Child = args[(i + 1)..] }; return true;
                case "--seed" when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var seed):
                    arguments = arguments with { Seed = seed };
                    i++;
                    break;
                case "--only" when value is not null:
                    arguments = arguments with { Only = value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) };
                    i++;
                    break;
                case "--sabotage" when value is not null:
                    arguments = arguments with { Sabotage = value };
                    i++;
                    break;
                default:
                    complaint = $"\"{args[i]}\" is no option here, or lacks its value. {Usage}";
                    return false;
            }
        }
        if (arguments.Only.FirstOrDefault(name => !Catalogue.Has(name)) is { } unknown) complaint = $"There is no row \"{unknown}\"; --list names them.";
        else if (arguments.Sabotage is { } bug && !Sabotages.Rows.ContainsKey(bug)) complaint = $"There is no planted bug \"{bug}\"; --list-sabotage names them.";
        return complaint.Length == 0;
    }
}
