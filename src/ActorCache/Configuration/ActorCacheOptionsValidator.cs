using ActorCache.Placement;
using ActorCache.Protocol;
using ActorCache.Transport;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>Finds every fault in the options at once, and says the fix of each.</summary>
internal sealed class ActorCacheOptionsValidator : IValidateOptions<ActorCacheOptions>
{
    private const int SmallestItem = 1024; // memcached's own least for -I
    private static readonly TimeSpan ShortestDiscoveryInterval = TimeSpan.FromMilliseconds(100);

    public ValidateOptionsResult Validate(string? name, ActorCacheOptions options)
    {
        var who = CacheNames.CacheOf(name) is var cache && cache == ActorCacheExtension.DefaultName ? "ActorCache" : $"ActorCache \"{cache}\"";
        // The same configuration may have been read twice, once by the host and once by whoever named it.
        var faults = Faults(options).Distinct().Select(fault => $"{who}: {fault}").ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    /// <summary>For where no options pipeline does it.</summary>
    /// <exception cref="OptionsValidationException">There are faults.</exception>
    public static void ThrowIfInvalid(string name, ActorCacheOptions options)
    {
        var result = new ActorCacheOptionsValidator().Validate(name, options);
        if (result.Failed) throw new OptionsValidationException(name, typeof(ActorCacheOptions), result.Failures);
    }

    /// <summary>Faults in a list of servers, or of where servers are to be found.</summary>
    public static IEnumerable<string> OfServers(Discovery discovery, IEnumerable<string>? texts)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var aliases = new HashSet<string>(StringComparer.Ordinal);
        var i = -1;
        foreach (var text in texts ?? [])
        {
            i++;
            if (!ServerAddress.TryParse(text, out var server, out var error)) yield return $"Servers[{i}]: {error}";
            else if (!names.Add(server.Name)) yield return $"Servers[{i}]: \"{server.Name}\" is listed twice; remove one, or give it a greater weight.";
            else if (discovery != Discovery.None && server.IsUnixSocket) yield return $"Servers[{i}]: \"{server.Name}\" is a socket, where no servers are found; name a host, or set Discovery to None.";
            else if (discovery != Discovery.None && server.Alias is not null) yield return $"Servers[{i}]: an alias is one server's, and \"{server.Name}\" stands for all that are found there; drop \"{server.Alias}@\", or set Discovery to None.";
            else if (discovery == Discovery.ElastiCache && server.Weight != 1) yield return $"Servers[{i}]: ElastiCache gives its servers no weights; drop \"*{server.Weight}\".";
            else if (server.Alias is { } alias && !aliases.Add(alias)) yield return $"Servers[{i}]: \"{alias}\" is the alias of another server too; give each its own.";
        }
        if (i < 0) yield return "Servers is empty; name at least one, such as \"cache-1:11211\".";
    }

    private static IEnumerable<string> Faults(ActorCacheOptions options)
    {
        foreach (var fault in options.Unreadable) yield return fault;

        foreach (var fault in OfServers(options.Discovery, options.Servers)) yield return fault;

        foreach (var (option, value) in new[]
        {
            (nameof(options.DiscoveryInterval), options.DiscoveryInterval),
            (nameof(options.ConnectTimeout), options.ConnectTimeout),
            (nameof(options.ReadTimeout), options.ReadTimeout),
            (nameof(options.RetryDelay), options.RetryDelay),
            (nameof(options.MaxRetryDelay), options.MaxRetryDelay),
            (nameof(options.OperationTimeout), options.OperationTimeout),
            (nameof(options.ProvenAfter), options.ProvenAfter),
            (nameof(options.IdleProbe), options.IdleProbe),
            (nameof(options.DrainTimeout), options.DrainTimeout),
            (nameof(options.HoldDown), options.HoldDown),
            (nameof(options.MaxHoldDown), options.MaxHoldDown),
            (nameof(options.RampUp), options.RampUp),
            (nameof(options.StandInTtl), options.StandInTtl),
        })
        {
            if (value == TimeSpan.Zero && option is nameof(options.HoldDown) or nameof(options.RampUp)) continue;
            if (value <= TimeSpan.Zero) yield return $"{option} ({OptionKey.WriteDuration(value)}) must be above zero; the default is {Default(option)}.";
            else if (value.TotalMilliseconds > int.MaxValue) yield return $"{option} ({OptionKey.WriteDuration(value)}) is over 24 days; lower it.";
        }
        if (options.DiscoveryInterval > TimeSpan.Zero && options.DiscoveryInterval < ShortestDiscoveryInterval)
            yield return $"DiscoveryInterval ({OptionKey.WriteDuration(options.DiscoveryInterval)}) is below {OptionKey.WriteDuration(ShortestDiscoveryInterval)}; raise it.";
        if (options.MaxRetryDelay > TimeSpan.Zero && options.MaxRetryDelay < options.RetryDelay)
            yield return $"MaxRetryDelay ({OptionKey.WriteDuration(options.MaxRetryDelay)}) is below RetryDelay ({OptionKey.WriteDuration(options.RetryDelay)}); raise it.";

        if (options.MaxHoldDown > TimeSpan.Zero && options.MaxHoldDown < options.HoldDown)
            yield return $"MaxHoldDown ({OptionKey.WriteDuration(options.MaxHoldDown)}) is below HoldDown ({OptionKey.WriteDuration(options.HoldDown)}); raise it.";
        if (options.StandInTtl > TimeSpan.Zero && options.StandInTtl < TimeSpan.FromSeconds(1))
            yield return $"StandInTtl ({OptionKey.WriteDuration(options.StandInTtl)}) is below a second, memcached's smallest time to live; raise it.";

        foreach (var fault in Undefined(options.Discovery).Concat(Undefined(options.Dialect)).Concat(Undefined(options.WhileSuspect)).Concat(Undefined(options.Failback)).Concat(Undefined(options.OnRejoin)).Concat(Undefined(options.KeyPolicy)).Concat(Undefined(options.LargeValues)).Concat(Undefined(options.FlagConvention))) yield return fault;
        if (options.JournalMaxKeys < 0)
            yield return $"JournalMaxKeys ({options.JournalMaxKeys}) must not be below 0, which keeps no journal; the default is {Default(nameof(options.JournalMaxKeys))}.";
        if (options.JournalMaxBytes < 0)
            yield return $"JournalMaxBytes ({options.JournalMaxBytes}) must not be below 0, which keeps no journal; the default is {Default(nameof(options.JournalMaxBytes))}.";
        if (!(options.RetryBudget is >= 0 and <= 1))
            yield return $"RetryBudget ({options.RetryBudget}) must be 0 to 1, a share of all calls; the default is {Default(nameof(options.RetryBudget))}.";
        if (!(options.TtlJitter is >= 0 and <= 1))
            yield return $"TtlJitter ({options.TtlJitter}) must be 0 to 1, a share of each time to live; the default is {Default(nameof(options.TtlJitter))}.";
        if (options.ServerMaxRetry < 1)
            yield return $"ServerMaxRetry ({options.ServerMaxRetry}) must be at least 1, the first failed attempt; the default is {Default(nameof(options.ServerMaxRetry))}.";
        if (options.MaxInFlight is < 1 or > ConnectionOptions.LargestWindow)
            yield return $"MaxInFlight ({options.MaxInFlight}) must be 1 to {ConnectionOptions.LargestWindow}; the default is {Default(nameof(options.MaxInFlight))}.";
        if (options.MaxValueBytes is < 1 or > ReplyReader.MaxValue)
            yield return $"MaxValueBytes ({options.MaxValueBytes}) must be 1 to {ReplyReader.MaxValue}; the default is {Default(nameof(options.MaxValueBytes))}.";
        foreach (var fault in OfKeys(options)) yield return fault;
        if (options.MaxLargeValueBytes is < 1 or > ReplyReader.MaxValue)
            yield return $"MaxLargeValueBytes ({options.MaxLargeValueBytes}) must be 1 to {ReplyReader.MaxValue}; the default is {Default(nameof(options.MaxLargeValueBytes))}.";
        if (options is { LargeValues: LargeValues.Chunk, MaxValueBytes: >= 1 and < SmallestItem })
            yield return $"MaxValueBytes ({options.MaxValueBytes}) is below {SmallestItem}, which leaves no room for the parts of large values; raise it.";
        foreach (var fault in OfCodecs(options)) yield return fault;
        foreach (var fault in OfCredentials(options)) yield return fault;
        foreach (var fault in OfTls(options)) yield return fault;
        if (!Placement.Distribution.TryFind(options.Distribution ?? "", out _))
            yield return $"Distribution \"{options.Distribution}\" is not known; there are {string.Join(", ", Placement.Distribution.Names)}.";
    }

    private static IEnumerable<string> OfKeys(ActorCacheOptions options)
    {
        if (options.KeyPrefix is not { Length: > 0 } prefix)
        {
            if (options.KeyPrefix is null) yield return "KeyPrefix is null; leave it empty for none.";
            yield break;
        }
        Span<byte> room = stackalloc byte[CacheKey.MaxLength];
        var fault = "";
        try
        {
            var length = CacheKey.Encode(prefix, room);
            if (length > KeyRules.LongestPrefix) fault = $"is {length} bytes of UTF-8; at most {KeyRules.LongestPrefix}, so that there is room for keys";
        }
        catch (ArgumentException)
        {
            fault = $"is no part of a key: 1 to {KeyRules.LongestPrefix} bytes of UTF-8, without spaces and control characters";
        }
        if (fault.Length > 0) yield return $"KeyPrefix \"{prefix}\" {fault}.";
    }

    private static IEnumerable<string> OfCodecs(ActorCacheOptions options)
    {
        if (options.CompressionThreshold < 0)
            yield return $"CompressionThreshold ({options.CompressionThreshold}) must not be below 0, which compresses whatever gets shorter; the default is {Default(nameof(options.CompressionThreshold))}.";
        if (options.MaxDecompressedBytes is < 1 or > ReplyReader.MaxValue)
            yield return $"MaxDecompressedBytes ({options.MaxDecompressedBytes}) must be 1 to {ReplyReader.MaxValue}; the default is {Default(nameof(options.MaxDecompressedBytes))}.";
        if (options.Serializer is { Id: < 0 or >= ValueFlags.Numbers } serializer)
            yield return $"Serializer has the Id {serializer.Id}; it must be 0 to {ValueFlags.Numbers - 1}, own ones 8 to {ValueFlags.Numbers - 1}.";
        if (options.Compressors is null) yield return "Compressors is null; leave it empty for none.";
        var further = options.Compressors ?? [];
        foreach (var compressor in further)
        {
            if (compressor.Id is < 1 or >= ValueFlags.Numbers || ValueFormat.IsInTheBox(compressor.Id))
                yield return $"Compressors: {compressor.Name} has the Id {compressor.Id}, which is taken or out of range; own ones are 8 to {ValueFlags.Numbers - 1}.";
        }
        foreach (var one in further.GroupBy(one => one.Id).Where(group => group.Count() > 1))
            yield return $"Compressors: {string.Join(" and ", one.Select(same => same.Name))} have the same Id {one.Key}; give each its own.";
        if (!ValueFormat.CompressionNames(further).Contains(options.Compression, StringComparer.OrdinalIgnoreCase))
            yield return $"Compression \"{options.Compression}\" is not known; there are {string.Join(", ", ValueFormat.CompressionNames(further))}.";
    }

    // A text that is refused is not shown: somebody may have taken one field for the other.
    private static IEnumerable<string> OfCredentials(ActorCacheOptions options)
    {
        var (hasUser, hasPassword, hasFile) = (!string.IsNullOrEmpty(options.Username), !string.IsNullOrEmpty(options.Password), !string.IsNullOrEmpty(options.PasswordFile));
        if (hasUser && !ClassicRequests.IsCredential(options.Username)) yield return "Username has a space or a control character in it, which the protocol cannot carry; choose another.";
        if (hasPassword && !ClassicRequests.IsCredential(options.Password)) yield return "Password has a space or a control character in it, which the protocol cannot carry; choose another.";
        if (hasPassword && hasFile) yield return "Password and PasswordFile are both set; remove one.";
        if (hasUser && !hasPassword && !hasFile) yield return "Username is set, and neither Password nor PasswordFile is; set one.";
        if (!hasUser && (hasPassword || hasFile)) yield return $"{(hasPassword ? nameof(options.Password) : nameof(options.PasswordFile))} is set, and Username is not; set it.";
    }

    private static IEnumerable<string> OfTls(ActorCacheOptions options)
    {
        // Whoever sets one of these believes that there is TLS.
        var meant = new[]
        {
            (nameof(options.TlsServerName), !string.IsNullOrEmpty(options.TlsServerName)),
            (nameof(options.TlsCaFile), !string.IsNullOrEmpty(options.TlsCaFile)),
            (nameof(options.TlsCertificateFile), !string.IsNullOrEmpty(options.TlsCertificateFile)),
            (nameof(options.TlsKeyFile), !string.IsNullOrEmpty(options.TlsKeyFile)),
            (nameof(options.ConfigureTls), options.ConfigureTls is not null),
        };
        foreach (var (option, isSet) in meant)
        {
            if (isSet && !options.Tls) yield return $"{option} is set, and Tls is not; set it to true.";
        }
        if (!string.IsNullOrEmpty(options.TlsKeyFile) && string.IsNullOrEmpty(options.TlsCertificateFile))
            yield return "TlsKeyFile is set, and TlsCertificateFile is not; set it.";
        if (!string.IsNullOrEmpty(options.TlsServerName) && Uri.CheckHostName(options.TlsServerName) == UriHostNameType.Unknown)
            yield return $"TlsServerName \"{options.TlsServerName}\" is neither a host's name nor an address.";
        // The servers' own names are addresses then, which certificates are not for.
        if (options is { Tls: true, Discovery: Discovery.Dns, ConfigureTls: null } && string.IsNullOrEmpty(options.TlsServerName))
            yield return "TlsServerName is not set, and Discovery is Dns, which finds addresses; set it to the name that the certificates are for.";
        foreach (var text in options.Tls ? options.Servers ?? [] : [])
        {
            if (ServerAddress.TryParse(text, out var server, out _) && server.IsUnixSocket)
                yield return $"Servers: \"{server.Name}\" is a Unix socket, where there is no TLS; name it by host and port.";
        }
    }

    private static IEnumerable<string> Undefined<T>(T value) where T : struct, Enum =>
        Enum.IsDefined(value) ? [] : [$"{typeof(T).Name} ({value}) is not known; there are {string.Join(", ", Enum.GetNames<T>())}."];

    private static string Default(string option) => OptionKey.Find(option)!.Write(new ActorCacheOptions());
}
