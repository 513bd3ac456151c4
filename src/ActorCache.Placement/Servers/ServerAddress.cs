using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace ActorCache.Placement;

/// <summary>
/// One configured server: how it is named, where it listens and how many keys it should get. The name is the configured text, never a
/// resolved address, because every client that shares the pool must place keys by the same name. Whoever connects resolves it.
/// </summary>
/// <remarks>
/// Written as <c>host</c>, <c>host:port</c>, <c>[::1]:11211</c>, <c>[::1]</c>, <c>::1</c> or <c>unix:/path</c>, each with an optional
/// <c>*weight</c>, and with an optional alias before an <c>@</c>: <c>node01@10.0.0.1:11211*2</c>. Host names keep their case and are told apart by
/// it, as the point names on a ring are.
/// </remarks>
public sealed class ServerAddress : IEquatable<ServerAddress>
{
    /// <summary>The port of a server that is configured without one.</summary>
    public const int DefaultPort = 11211;

    private const int MaxPort = 65535;
    private const int MaxWeight = 65535;
    private const string UnixPrefix = "unix:";

    // What only a URL, a list or a slip of the pen puts here.
    private static readonly SearchValues<char> NeverInHost = SearchValues.Create("/\\,;*[]@?#\"'");

    private ServerAddress(string? alias, string name, string host, int port, int weight)
    {
        Alias = alias;
        Name = name;
        Host = host;
        Port = port;
        Weight = weight;
    }

    /// <summary>The identity: <c>host:port</c>, <c>[::1]:11211</c> or <c>unix:/path</c>; no weight, the port always written.</summary>
    public string Name { get; }

    /// <summary>
    /// What the server is called where keys are placed, in place of its host and port; null for these themselves. twemproxy's servers can have
    /// one (<c>host:port:weight alias</c>), and a server that moves to another address keeps its keys' places by one.
    /// </summary>
    public string? Alias { get; }

    /// <summary>The host name or literal address without brackets; the path of a Unix socket.</summary>
    public string Host { get; }

    /// <summary>1 to 65535, default <see cref="DefaultPort"/>; 0 for a Unix socket.</summary>
    public int Port { get; }

    /// <summary>Whether <see cref="Host"/> is the path of a Unix socket.</summary>
    public bool IsUnixSocket => Port == 0;

    /// <summary>The server's share of the keys relative to the others' weights: 1 to 65535, default 1.</summary>
    public int Weight { get; }

    /// <summary>Reads a server as configured.</summary>
    /// <exception cref="FormatException">The text names no server; the message quotes it and says the fix.</exception>
    public static ServerAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out var server, out var error) ? server : throw new FormatException(error);
    }

    /// <summary>Reads a server as configured, or says in one sentence what is wrong with the text and how to write it instead.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ServerAddress? server, [NotNullWhen(false)] out string? error)
    {
        var trimmed = (text ?? "").Trim();
        server = null;
        error = Read(trimmed, ref server) is { } complaint ? $"Server \"{Printable(trimmed)}\" {complaint}." : null;
        return error is null;
    }

    /// <summary>The same server with another weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The weight is not within 1 to 65535.</exception>
    public ServerAddress WithWeight(int weight)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, MaxWeight);
        return weight == Weight ? this : new ServerAddress(Alias, Name, Host, Port, weight);
    }

    /// <summary>Same name, same weight and same alias.</summary>
    public bool Equals(ServerAddress? other) => other is not null && Weight == other.Weight && Name == other.Name && Alias == other.Alias;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ServerAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Weight, Alias);

    /// <summary><c>alias@</c> if there is one, the name, and <c>*weight</c> when it is not 1: what <see cref="Parse"/> reads back.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Alias}{(Alias is null ? "" : "@")}{Name}{(Weight == 1 ? "" : "*")}{(Weight == 1 ? null : (int?)Weight)}");

    // Each reader returns what is wrong, worded to follow the quoted text, or null when all is well.
    private static string? Read(string text, ref ServerAddress? server)
    {
        if (text.Length == 0)
            return "is empty; write host:port, as in \"cache-1:11211\"";
        if (text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)))
            return "contains a space or control character; remove it, and give each server its own entry";

        var weight = 1;
        var star = text.LastIndexOf('*');
        if (star >= 0 && !TryReadNumber(text.AsSpan(star + 1), MaxWeight, out weight))
            return $"has no weight from 1 to {MaxWeight} after the \"*\"; correct the number or drop the \"*\"";

        var place = star < 0 ? text : text[..star];
        string? alias = null;
        if (!IsUnix(place) && place.IndexOf('@', StringComparison.Ordinal) is >= 0 and var at)
        {
            (alias, place) = (place[..at], place[(at + 1)..]);
            if (alias.Length == 0 || alias.AsSpan().ContainsAny(NeverInHost))
                return "has no alias before the \"@\"; write it as in \"node01@cache-1:11211\", or drop the \"@\"";
        }
        return IsUnix(place) ? ReadUnixSocket(alias, place[UnixPrefix.Length..], weight, ref server) : ReadHostAndPort(alias, place, weight, ref server);
    }

    private static string? ReadUnixSocket(string? alias, string path, int weight, ref ServerAddress? server)
    {
        if (path.Length < 2 || path[0] != '/')
            return "has no absolute path after \"unix:\"; write it as in \"unix:/run/memcached.sock\"";
        if (path.Contains('*', StringComparison.Ordinal)) // the name would not read back as it is: its end would be taken for a weight
            return "has a \"*\" in its path; give the socket another path, and write one \"*\" before the weight only";
        server = new ServerAddress(alias, UnixPrefix + path, path, 0, weight);
        return null;
    }

    private static string? ReadHostAndPort(string? alias, string place, int weight, ref ServerAddress? server)
    {
        string host;
        string? portText = null;
        if (place.StartsWith('['))
        {
            var bracket = place.IndexOf(']', StringComparison.Ordinal);
            if (bracket < 0)
                return "has no closing bracket; write an IPv6 server as in \"[::1]:11211\"";
            host = place[1..bracket];
            if (!IsIPv6(host))
                return "has no IPv6 address in its brackets; write a host name without brackets, or an address as in \"[::1]:11211\"";
            var rest = place[(bracket + 1)..];
            if (rest.Length > 0 && rest[0] != ':')
                return "has something other than \":port\" after the bracket; write it as in \"[::1]:11211\"";
            portText = rest.Length > 0 ? rest[1..] : null;
        }
        else if (IsIPv6(place))
        {
            host = place;
        }
        else
        {
            var colon = place.IndexOf(':', StringComparison.Ordinal);
            host = colon < 0 ? place : place[..colon];
            portText = colon < 0 ? null : place[(colon + 1)..];
            if (place.AsSpan().ContainsAny(NeverInHost))
                return "is not one host and port; write host:port without a scheme or path, and give each server its own entry";
            if (portText is not null && portText.Contains(':', StringComparison.Ordinal))
                return "has more than one \":\" and is no IPv6 address; write host:port, or an address as in \"[::1]:11211\"";
            if (host.Length == 0)
                return "has no host; write host:port, as in \"cache-1:11211\"";
        }

        var port = DefaultPort;
        if (portText is not null && !TryReadNumber(portText, MaxPort, out port))
            return $"has no port from 1 to {MaxPort} after the \":\"; correct the number, or drop it for {DefaultPort}";

        var name = string.Create(CultureInfo.InvariantCulture, $"{(IsIPv6(host) ? $"[{host}]" : host)}:{port}");
        server = new ServerAddress(alias, name, host, port, weight);
        return null;
    }

    private static bool IsUnix(string place) => place.StartsWith(UnixPrefix, StringComparison.OrdinalIgnoreCase);

    private static bool TryReadNumber(ReadOnlySpan<char> digits, int max, out int number) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1 && number <= max;

    // IPAddress also accepts brackets and a port, which are read elsewhere: a literal is hexadecimal digits, colons, dots and a scope.
    private static bool IsIPv6(string host) =>
        host.Contains(':', StringComparison.Ordinal)
        && !host.StartsWith('[')
        && IPAddress.TryParse(host, out var address)
        && address.AddressFamily == AddressFamily.InterNetworkV6;

    // A quoted control character must not break the log line it ends up in.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c));
}
