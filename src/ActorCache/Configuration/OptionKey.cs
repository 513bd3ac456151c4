using System.Globalization;
using System.Numerics;
using System.Text;

namespace ActorCache;

/// <summary>
/// One option as text: its name in every spelling, and how it is read and written. The connection string, configuration, HOCON and the
/// README's table all stand on this one list.
/// </summary>
internal sealed class OptionKey
{
    private readonly Action<ActorCacheOptions, string> _read;
    private readonly Func<ActorCacheOptions, string> _write;

    private OptionKey(string name, Action<ActorCacheOptions, string> read, Func<ActorCacheOptions, string> write)
    {
        Name = name;
        SnakeName = Separated(name, '_');
        KebabName = Separated(name, '-');
        _read = read;
        _write = write;
    }

    public static IReadOnlyList<OptionKey> All { get; } =
    [
        new(nameof(ActorCacheOptions.Servers), (o, text) => o.Servers = ReadServers(text), o => string.Join(",", o.Servers ?? [])),
        Choice(nameof(ActorCacheOptions.Discovery), o => o.Discovery, (o, value) => o.Discovery = value),
        Duration(nameof(ActorCacheOptions.DiscoveryInterval), o => o.DiscoveryInterval, (o, value) => o.DiscoveryInterval = value),
        Duration(nameof(ActorCacheOptions.ConnectTimeout), o => o.ConnectTimeout, (o, value) => o.ConnectTimeout = value),
        Duration(nameof(ActorCacheOptions.ReadTimeout), o => o.ReadTimeout, (o, value) => o.ReadTimeout = value),
        Number(nameof(ActorCacheOptions.ServerMaxRetry), o => o.ServerMaxRetry, (o, value) => o.ServerMaxRetry = value),
        Duration(nameof(ActorCacheOptions.RetryDelay), o => o.RetryDelay, (o, value) => o.RetryDelay = value),
        Duration(nameof(ActorCacheOptions.MaxRetryDelay), o => o.MaxRetryDelay, (o, value) => o.MaxRetryDelay = value),
        Duration(nameof(ActorCacheOptions.OperationTimeout), o => o.OperationTimeout, (o, value) => o.OperationTimeout = value),
        Duration(nameof(ActorCacheOptions.ProvenAfter), o => o.ProvenAfter, (o, value) => o.ProvenAfter = value),
        Duration(nameof(ActorCacheOptions.IdleProbe), o => o.IdleProbe, (o, value) => o.IdleProbe = value),
        Duration(nameof(ActorCacheOptions.DrainTimeout), o => o.DrainTimeout, (o, value) => o.DrainTimeout = value),
        Number(nameof(ActorCacheOptions.MaxInFlight), o => o.MaxInFlight, (o, value) => o.MaxInFlight = value),
        Number(nameof(ActorCacheOptions.MaxValueBytes), o => o.MaxValueBytes, (o, value) => o.MaxValueBytes = value),
        Choice(nameof(ActorCacheOptions.Dialect), o => o.Dialect, (o, value) => o.Dialect = value),
        Text(nameof(ActorCacheOptions.Username), o => o.Username, (o, value) => o.Username = value),
        Text(nameof(ActorCacheOptions.Password), o => o.Password, (o, value) => o.Password = value, isSecret: true),
        Text(nameof(ActorCacheOptions.PasswordFile), o => o.PasswordFile, (o, value) => o.PasswordFile = value),
        Switch(nameof(ActorCacheOptions.AllowCleartextPassword), o => o.AllowCleartextPassword, (o, value) => o.AllowCleartextPassword = value),
        Switch(nameof(ActorCacheOptions.Tls), o => o.Tls, (o, value) => o.Tls = value),
        Text(nameof(ActorCacheOptions.TlsServerName), o => o.TlsServerName, (o, value) => o.TlsServerName = value),
        Text(nameof(ActorCacheOptions.TlsCaFile), o => o.TlsCaFile, (o, value) => o.TlsCaFile = value),
        Text(nameof(ActorCacheOptions.TlsCertificateFile), o => o.TlsCertificateFile, (o, value) => o.TlsCertificateFile = value),
        Text(nameof(ActorCacheOptions.TlsKeyFile), o => o.TlsKeyFile, (o, value) => o.TlsKeyFile = value),
        Choice(nameof(ActorCacheOptions.WhileSuspect), o => o.WhileSuspect, (o, value) => o.WhileSuspect = value),
        Choice(nameof(ActorCacheOptions.Failback), o => o.Failback, (o, value) => o.Failback = value),
        Duration(nameof(ActorCacheOptions.HoldDown), o => o.HoldDown, (o, value) => o.HoldDown = value),
        Duration(nameof(ActorCacheOptions.MaxHoldDown), o => o.MaxHoldDown, (o, value) => o.MaxHoldDown = value),
        Duration(nameof(ActorCacheOptions.RampUp), o => o.RampUp, (o, value) => o.RampUp = value),
        Choice(nameof(ActorCacheOptions.OnRejoin), o => o.OnRejoin, (o, value) => o.OnRejoin = value),
        Number(nameof(ActorCacheOptions.JournalMaxKeys), o => o.JournalMaxKeys, (o, value) => o.JournalMaxKeys = value),
        Number(nameof(ActorCacheOptions.JournalMaxBytes), o => o.JournalMaxBytes, (o, value) => o.JournalMaxBytes = value),
        Duration(nameof(ActorCacheOptions.StandInTtl), o => o.StandInTtl, (o, value) => o.StandInTtl = value),
        Number(nameof(ActorCacheOptions.RetryBudget), o => o.RetryBudget, (o, value) => o.RetryBudget = value, NumberStyles.Float, "a number"),
        Number(nameof(ActorCacheOptions.TtlJitter), o => o.TtlJitter, (o, value) => o.TtlJitter = value, NumberStyles.Float, "a number"),
        Text(nameof(ActorCacheOptions.Distribution), o => o.Distribution, (o, value) => o.Distribution = value.Trim()),
        Switch(nameof(ActorCacheOptions.HashTags), o => o.HashTags, (o, value) => o.HashTags = value),
        Text(nameof(ActorCacheOptions.KeyPrefix), o => o.KeyPrefix, (o, value) => o.KeyPrefix = value),
        Choice(nameof(ActorCacheOptions.KeyPolicy), o => o.KeyPolicy, (o, value) => o.KeyPolicy = value),
        Choice(nameof(ActorCacheOptions.LargeValues), o => o.LargeValues, (o, value) => o.LargeValues = value),
        Number(nameof(ActorCacheOptions.MaxLargeValueBytes), o => o.MaxLargeValueBytes, (o, value) => o.MaxLargeValueBytes = value),
        Choice(nameof(ActorCacheOptions.FlagConvention), o => o.FlagConvention, (o, value) => o.FlagConvention = value),
        Text(nameof(ActorCacheOptions.Compression), o => o.Compression, (o, value) => o.Compression = value.Trim()),
        Number(nameof(ActorCacheOptions.CompressionThreshold), o => o.CompressionThreshold, (o, value) => o.CompressionThreshold = value),
        Number(nameof(ActorCacheOptions.MaxDecompressedBytes), o => o.MaxDecompressedBytes, (o, value) => o.MaxDecompressedBytes = value),
    ];

    /// <summary>As in C# and configuration: <c>ConnectTimeout</c>.</summary>
    public string Name { get; }

    /// <summary>As in connection strings: <c>connect_timeout</c>.</summary>
    public string SnakeName { get; }

    /// <summary>As in HOCON: <c>connect-timeout</c>.</summary>
    public string KebabName { get; }

    /// <summary>Shown to nobody: not in a log, an exception, or a printed connection string.</summary>
    public bool IsSecret { get; private init; }

    public static OptionKey? Find(string name) => All.FirstOrDefault(key =>
        name.Equals(key.Name, StringComparison.OrdinalIgnoreCase)
        || name.Equals(key.SnakeName, StringComparison.OrdinalIgnoreCase)
        || name.Equals(key.KebabName, StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// Reads a setting into <paramref name="options"/>; what cannot be read is kept there, for the validator to report with the
    /// <paramref name="place"/> where it stands. A secret is not repeated.
    /// </summary>
    public static void Read(ActorCacheOptions options, string name, string text, string? place = null)
    {
        if (Find(name) is not { } key)
        {
            options.Unreadable.Add($"{(place is null ? "" : $"{place}: ")}\"{name}\" is not an option; there are {string.Join(", ", All.Select(k => k.SnakeName))}.");
            return;
        }
        try
        {
            key._read(options, text);
        }
        catch (FormatException e)
        {
            options.Unreadable.Add($"{place ?? key.Name}: {(key.IsSecret ? "it cannot be read." : e.Message)}");
        }
    }

    /// <summary>The option's value as text that reads back.</summary>
    public string Write(ActorCacheOptions options) => _write(options) ?? "";

    /// <summary>A duration as text: <c>500ms</c>, <c>2s</c>, <c>1.5m</c>, <c>1h</c>, <c>00:00:00.5</c>, or a plain number of milliseconds.</summary>
    public static TimeSpan ReadDuration(string text)
    {
        var trimmed = text.Trim();
        foreach (var (unit, milliseconds) in new[] { ("ms", 1d), ("s", 1e3), ("m", 6e4), ("h", 3.6e6), ("", 1d) })
        {
            if (!trimmed.EndsWith(unit, StringComparison.OrdinalIgnoreCase)) continue;
            var number = trimmed[..^unit.Length];
            if (double.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture, out var value) && Math.Abs(value * milliseconds) < TimeSpan.MaxValue.TotalMilliseconds)
                return TimeSpan.FromTicks((long)Math.Round(value * milliseconds * TimeSpan.TicksPerMillisecond));
        }
        return trimmed.Contains(':') && TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out var span)
            ? span
            : throw new FormatException($"\"{text}\" is not a duration; write 500ms, 2s, 1m or 00:00:02.");
    }

    public static string WriteDuration(TimeSpan value)
    {
        var text = value.ToString("c", CultureInfo.InvariantCulture);
        return text.Contains('.') && value.Milliseconds + value.Microseconds + value.Nanoseconds != 0 ? text.TrimEnd('0') : text;
    }

    private static List<string> ReadServers(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    private static bool ReadSwitch(string text) => text.Trim().ToLowerInvariant() switch
    {
        "true" or "on" or "yes" => true,
        "false" or "off" or "no" => false,
        _ => throw new FormatException($"\"{text}\" is neither true nor false."),
    };

    private static OptionKey Text(string name, Func<ActorCacheOptions, string> get, Action<ActorCacheOptions, string> set, bool isSecret = false) =>
        new(name, set, get) { IsSecret = isSecret };

    private static OptionKey Switch(string name, Func<ActorCacheOptions, bool> get, Action<ActorCacheOptions, bool> set) =>
        new(name, (options, text) => set(options, ReadSwitch(text)), options => get(options) ? "true" : "false");

    private static OptionKey Duration(string name, Func<ActorCacheOptions, TimeSpan> get, Action<ActorCacheOptions, TimeSpan> set) =>
        new(name, (options, text) => set(options, ReadDuration(text)), options => WriteDuration(get(options)));

    private static OptionKey Number<T>(string name, Func<ActorCacheOptions, T> get, Action<ActorCacheOptions, T> set,
        NumberStyles style = NumberStyles.Integer, string kind = "a whole number") where T : INumber<T> => new(name,
        (options, text) => set(options, T.TryParse(text, style, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"\"{text}\" is not {kind}.")),
        options => get(options).ToString(null, CultureInfo.InvariantCulture));

    private static OptionKey Choice<T>(string name, Func<ActorCacheOptions, T> get, Action<ActorCacheOptions, T> set) where T : struct, Enum => new(name,
        (options, text) => set(options, Enum.GetNames<T>().FirstOrDefault(one => one.Equals(text.Trim(), StringComparison.OrdinalIgnoreCase)) is { } known
            ? Enum.Parse<T>(known)
            : throw new FormatException($"\"{text}\" is not known; there are {string.Join(", ", Enum.GetNames<T>())}.")),
        options => get(options).ToString());

    private static string Separated(string name, char separator)
    {
        var text = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && text.Length > 0) text.Append(separator);
            text.Append(char.ToLowerInvariant(c));
        }
        return text.ToString();
    }
}
