using CsCheck;

namespace ActorCache.Tests;

/// <summary>Every option as text: its spellings, how it is read, and that what is written reads back.</summary>
public class OptionKeyTests
{
    // Objects are set in code, or registered as services: no text says them.
    private static readonly string[] InCode = [nameof(ActorCacheOptions.Serializer), nameof(ActorCacheOptions.Compressors), nameof(ActorCacheOptions.ConfigureTls)];

    [Fact]
    public void Every_public_option_has_its_key_and_there_is_no_other() =>
        Assert.Equal(typeof(ActorCacheOptions).GetProperties().Select(property => property.Name).Except(InCode), OptionKey.All.Select(key => key.Name));

    [Theory]
    [InlineData("Servers", "servers", "servers")]
    [InlineData("Discovery", "discovery", "discovery")]
    [InlineData("DiscoveryInterval", "discovery_interval", "discovery-interval")]
    [InlineData("ConnectTimeout", "connect_timeout", "connect-timeout")]
    [InlineData("ReadTimeout", "read_timeout", "read-timeout")]
    [InlineData("ServerMaxRetry", "server_max_retry", "server-max-retry")]
    [InlineData("RetryDelay", "retry_delay", "retry-delay")]
    [InlineData("MaxRetryDelay", "max_retry_delay", "max-retry-delay")]
    [InlineData("OperationTimeout", "operation_timeout", "operation-timeout")]
    [InlineData("ProvenAfter", "proven_after", "proven-after")]
    [InlineData("IdleProbe", "idle_probe", "idle-probe")]
    [InlineData("DrainTimeout", "drain_timeout", "drain-timeout")]
    [InlineData("MaxInFlight", "max_in_flight", "max-in-flight")]
    [InlineData("MaxValueBytes", "max_value_bytes", "max-value-bytes")]
    [InlineData("Dialect", "dialect", "dialect")]
    [InlineData("Username", "username", "username")]
    [InlineData("Password", "password", "password")]
    [InlineData("PasswordFile", "password_file", "password-file")]
    [InlineData("AllowCleartextPassword", "allow_cleartext_password", "allow-cleartext-password")]
    [InlineData("Tls", "tls", "tls")]
    [InlineData("TlsServerName", "tls_server_name", "tls-server-name")]
    [InlineData("TlsCaFile", "tls_ca_file", "tls-ca-file")]
    [InlineData("TlsCertificateFile", "tls_certificate_file", "tls-certificate-file")]
    [InlineData("TlsKeyFile", "tls_key_file", "tls-key-file")]
    [InlineData("WhileSuspect", "while_suspect", "while-suspect")]
    [InlineData("Failback", "failback", "failback")]
    [InlineData("HoldDown", "hold_down", "hold-down")]
    [InlineData("MaxHoldDown", "max_hold_down", "max-hold-down")]
    [InlineData("RampUp", "ramp_up", "ramp-up")]
    [InlineData("OnRejoin", "on_rejoin", "on-rejoin")]
    [InlineData("JournalMaxKeys", "journal_max_keys", "journal-max-keys")]
    [InlineData("JournalMaxBytes", "journal_max_bytes", "journal-max-bytes")]
    [InlineData("StandInTtl", "stand_in_ttl", "stand-in-ttl")]
    [InlineData("RetryBudget", "retry_budget", "retry-budget")]
    [InlineData("TtlJitter", "ttl_jitter", "ttl-jitter")]
    [InlineData("Distribution", "distribution", "distribution")]
    [InlineData("HashTags", "hash_tags", "hash-tags")]
    [InlineData("KeyPrefix", "key_prefix", "key-prefix")]
    [InlineData("KeyPolicy", "key_policy", "key-policy")]
    [InlineData("LargeValues", "large_values", "large-values")]
    [InlineData("MaxLargeValueBytes", "max_large_value_bytes", "max-large-value-bytes")]
    [InlineData("FlagConvention", "flag_convention", "flag-convention")]
    [InlineData("Compression", "compression", "compression")]
    [InlineData("CompressionThreshold", "compression_threshold", "compression-threshold")]
    [InlineData("MaxDecompressedBytes", "max_decompressed_bytes", "max-decompressed-bytes")]
    public void An_option_is_found_by_each_of_its_three_names_in_any_case(string name, string snake, string kebab)
    {
        var key = OptionKey.Find(name)!;
        Assert.Equal((name, snake, kebab), (key.Name, key.SnakeName, key.KebabName));
        foreach (var spelling in new[] { name, snake, kebab })
        {
            Assert.Same(key, OptionKey.Find(spelling));
            Assert.Same(key, OptionKey.Find(spelling.ToUpperInvariant()));
        }
    }

    [Fact]
    public void The_rows_above_name_every_option() => Assert.Equal(45, OptionKey.All.Count);

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("2s", 2_000)]
    [InlineData("1.5m", 90_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("00:00:00.5", 500)]
    [InlineData("250", 250)]
    [InlineData("0", 0)]
    [InlineData("-1s", -1_000)]
    [InlineData(" 2 s ", 2_000)]
    [InlineData("2S", 2_000)]
    [InlineData("7MS", 7)]
    [InlineData(".5s", 500)]
    [InlineData("1:00", 3_600_000)]
    [InlineData("1.00:00:00", 86_400_000)]
    public void A_duration_is_read(string text, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), OptionKey.ReadDuration(text));

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("s")]
    [InlineData("ms")]
    [InlineData("5d")]
    [InlineData("5 5s")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("NaN")]
    [InlineData("NaNs")]
    [InlineData("Infinity")]
    [InlineData("infinite")]
    [InlineData("99999999999999999h")]
    [InlineData("25:61:00")]
    public void Nonsense_for_a_duration_is_refused_with_the_fix(string text)
    {
        var refused = Assert.Throws<FormatException>(() => OptionKey.ReadDuration(text));
        Assert.Equal($"\"{text}\" is not a duration; write 500ms, 2s, 1m or 00:00:02.", refused.Message);

        var options = new ActorCacheOptions();
        OptionKey.Read(options, "read_timeout", text);
        Assert.Equal($"ReadTimeout: {refused.Message}", Assert.Single(options.Unreadable));
        Assert.Equal(new ActorCacheOptions().ReadTimeout, options.ReadTimeout);
    }

    [Fact]
    public void A_duration_that_is_written_reads_back() => Gen.Long.Sample(ticks =>
    {
        var duration = new TimeSpan(ticks);
        return OptionKey.ReadDuration(OptionKey.WriteDuration(duration)) == duration;
    }, iter: 20_000);

    [Fact]
    public void A_short_duration_that_is_written_reads_back() =>
        Gen.Long[-36_000_000_000, 36_000_000_000].Select(Gen.Int[1, 10_000_000], (ticks, unit) => new TimeSpan(ticks / unit * unit))
            .Sample(duration => OptionKey.ReadDuration(OptionKey.WriteDuration(duration)) == duration, iter: 20_000);

    [Theory]
    [InlineData(500_000, "00:00:00.05")]
    [InlineData(1_000_000, "00:00:00.1")]
    [InlineData(20_000_000, "00:00:02")]
    [InlineData(864_000_000_000, "1.00:00:00")]
    [InlineData(864_001_000_000, "1.00:00:00.1")]
    [InlineData(1, "00:00:00.0000001")]
    public void A_duration_is_written_without_idle_zeros(long ticks, string text) => Assert.Equal(text, OptionKey.WriteDuration(new TimeSpan(ticks)));

    [Fact]
    public void Every_option_that_is_written_reads_back()
    {
        var options = new ActorCacheOptions
        {
            Servers = ["cache-1:11211", "[::1]:11212*3", "unix:/run/memcached.sock"],
            Discovery = Discovery.ElastiCache,
            DiscoveryInterval = TimeSpan.FromSeconds(10),
            ConnectTimeout = TimeSpan.FromTicks(12_345_678),
            ReadTimeout = TimeSpan.FromMilliseconds(20),
            ServerMaxRetry = 7,
            RetryDelay = TimeSpan.FromMilliseconds(30),
            MaxRetryDelay = TimeSpan.FromHours(40),
            OperationTimeout = TimeSpan.FromMilliseconds(50),
            ProvenAfter = TimeSpan.FromSeconds(60),
            IdleProbe = TimeSpan.FromSeconds(70),
            DrainTimeout = TimeSpan.FromSeconds(80),
            MaxInFlight = 90,
            MaxValueBytes = 95,
            Dialect = Dialect.Classic,
            Username = "app",
            Password = "s3cret",
            PasswordFile = "/run/secrets/cache",
            AllowCleartextPassword = true,
            Tls = true,
            TlsServerName = "cache.example.org",
            TlsCaFile = "/etc/ssl/ca.pem",
            TlsCertificateFile = "/etc/ssl/own.pem",
            TlsKeyFile = "/etc/ssl/own.key",
            WhileSuspect = WhileSuspect.Wait,
            Failback = Failback.Sticky,
            HoldDown = TimeSpan.FromSeconds(100),
            MaxHoldDown = TimeSpan.FromSeconds(110),
            RampUp = TimeSpan.Zero,
            OnRejoin = OnRejoin.Flush,
            JournalMaxKeys = 120,
            JournalMaxBytes = 1L << 40,
            StandInTtl = TimeSpan.FromSeconds(130),
            RetryBudget = 0.125,
            TtlJitter = 0.25,
            Distribution = "another",
            HashTags = true,
            KeyPrefix = "orders:",
            KeyPolicy = KeyPolicy.Encode,
            LargeValues = LargeValues.Chunk,
            MaxLargeValueBytes = 135,
            FlagConvention = FlagConvention.Php,
            Compression = "Brotli",
            CompressionThreshold = 140,
            MaxDecompressedBytes = 150,
        };
        var copy = new ActorCacheOptions();
        foreach (var key in OptionKey.All) OptionKey.Read(copy, key.SnakeName, key.Write(options));

        Assert.Empty(copy.Unreadable);
        Assert.Equal(OptionKey.All.Select(key => key.Write(options)), OptionKey.All.Select(key => key.Write(copy)));
        Assert.DoesNotContain(OptionKey.All, key => key.Write(options) == key.Write(new ActorCacheOptions()));
    }

    [Theory]
    [InlineData("max_in_flight", "many", "MaxInFlight: \"many\" is not a whole number.")]
    [InlineData("server-max-retry", "1.5", "ServerMaxRetry: \"1.5\" is not a whole number.")]
    [InlineData("MaxInFlight", "", "MaxInFlight: \"\" is not a whole number.")]
    [InlineData("max_in_flight", "99999999999", "MaxInFlight: \"99999999999\" is not a whole number.")]
    [InlineData("journal_max_keys", "99999999999", "JournalMaxKeys: \"99999999999\" is not a whole number.")]
    [InlineData("journal_max_bytes", "16M", "JournalMaxBytes: \"16M\" is not a whole number.")]
    [InlineData("hash_tags", "1", "HashTags: \"1\" is neither true nor false.")]
    [InlineData("retry_budget", "10%", "RetryBudget: \"10%\" is not a number.")]
    [InlineData("retry_budget", "0,1", "RetryBudget: \"0,1\" is not a number.")]
    public void Nonsense_for_a_number_is_refused(string name, string text, string fault)
    {
        var options = new ActorCacheOptions();
        OptionKey.Read(options, name, text);
        Assert.Equal(fault, Assert.Single(options.Unreadable));
    }

    [Theory]
    [InlineData("failback", "sticky", "Sticky")]
    [InlineData("Failback", " MANUAL ", "Manual")]
    [InlineData("on-rejoin", "flush", "Flush")]
    [InlineData("while_suspect", "Wait", "Wait")]
    public void A_choice_is_read_in_any_case(string name, string text, string choice)
    {
        var options = new ActorCacheOptions();
        OptionKey.Read(options, name, text);
        Assert.Empty(options.Unreadable);
        Assert.Equal(choice, OptionKey.Find(name)!.Write(options));
    }

    [Theory]
    [InlineData("failback", "soon", "Failback: \"soon\" is not known; there are Delayed, Immediate, Sticky, Manual.")]
    [InlineData("on_rejoin", "1", "OnRejoin: \"1\" is not known; there are Replay, Flush, Admit.")]
    [InlineData("while_suspect", "", "WhileSuspect: \"\" is not known; there are Reroute, Wait.")]
    [InlineData("while_suspect", "Reroute,Wait", "WhileSuspect: \"Reroute,Wait\" is not known; there are Reroute, Wait.")]
    public void Nonsense_for_a_choice_is_refused_with_all_there_are(string name, string text, string fault)
    {
        var options = new ActorCacheOptions();
        OptionKey.Read(options, name, text);
        Assert.Equal(fault, Assert.Single(options.Unreadable));
    }

    [Fact]
    public void An_unknown_option_is_reported_with_all_there_are()
    {
        var options = new ActorCacheOptions();
        OptionKey.Read(options, "conect_timeout", "1s");
        var fault = Assert.Single(options.Unreadable);
        Assert.StartsWith("\"conect_timeout\" is not an option; there are servers, discovery, discovery_interval, connect_timeout,", fault, StringComparison.Ordinal);
        Assert.All(OptionKey.All, key => Assert.Contains(key.SnakeName, fault, StringComparison.Ordinal));
    }
}
