using System.Buffers;
using Microsoft.Extensions.Options;

namespace ActorCache.Tests;

/// <summary>Every fault at once, each with its fix.</summary>
public class ActorCacheOptionsValidatorTests
{
    public static readonly TheoryData<string> Durations =
    [
        .. typeof(ActorCacheOptions).GetProperties().Where(property => property.PropertyType == typeof(TimeSpan)).Select(property => property.Name),
    ];

    [Fact]
    public void A_server_is_all_that_has_to_be_said() => Assert.Empty(Faults(Good()));

    [Fact]
    public void The_longest_pause_below_the_first_is_refused_in_these_words()
    {
        var options = Good();
        (options.RetryDelay, options.MaxRetryDelay) = (TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(50));
        Assert.Equal(["ActorCache: MaxRetryDelay (00:00:00.05) is below RetryDelay (00:00:00.1); raise it."], Faults(options));
    }

    [Fact]
    public void The_longest_pause_may_be_the_first()
    {
        var options = Good();
        options.MaxRetryDelay = options.RetryDelay;
        Assert.Empty(Faults(options));
    }

    [Theory]
    [MemberData(nameof(Durations))]
    public void A_duration_must_be_above_zero_and_below_what_timers_can_do(string name)
    {
        var property = typeof(ActorCacheOptions).GetProperty(name)!;
        // A server may return without being held down, and with all of its keys at once.
        TimeSpan[] zero = name is nameof(ActorCacheOptions.HoldDown) or nameof(ActorCacheOptions.RampUp) ? [] : [TimeSpan.Zero];
        TimeSpan[] none = [.. zero, TimeSpan.FromSeconds(-1), Timeout.InfiniteTimeSpan, TimeSpan.MinValue];
        TimeSpan[] tooLong = [TimeSpan.MaxValue, TimeSpan.FromDays(25)];
        foreach (var wrong in none.Concat(tooLong))
        {
            var options = Good();
            property.SetValue(options, wrong);
            var faults = Faults(options);
            var fault = Assert.Single(faults, fault => fault.StartsWith($"ActorCache: {name} (", StringComparison.Ordinal)
                && !fault.Contains(") is below ", StringComparison.Ordinal));
            var fix = wrong > TimeSpan.Zero ? "is over 24 days; lower it." : $"must be above zero; the default is {OptionKey.Find(name)!.Write(new())}.";
            Assert.Equal($"ActorCache: {name} ({OptionKey.WriteDuration(wrong)}) {fix}", fault);
        }
        // memcached counts whole seconds.
        var least = name switch
        {
            nameof(ActorCacheOptions.StandInTtl) => TimeSpan.FromSeconds(1),
            nameof(ActorCacheOptions.DiscoveryInterval) => TimeSpan.FromMilliseconds(100),
            _ => TimeSpan.FromTicks(1),
        };
        foreach (var right in new[] { least, TimeSpan.FromDays(24) })
        {
            var options = Good();
            if (name == nameof(options.HoldDown)) options.MaxHoldDown = right;
            if (name == nameof(options.MaxHoldDown)) options.HoldDown = TimeSpan.Zero;
            if (name == nameof(options.RetryDelay)) options.MaxRetryDelay = right;
            if (name == nameof(options.MaxRetryDelay)) options.RetryDelay = TimeSpan.FromTicks(1);
            property.SetValue(options, right);
            Assert.Empty(Faults(options));
        }
    }

    [Fact]
    public void A_server_may_return_at_once()
    {
        var options = Good();
        options.HoldDown = options.RampUp = TimeSpan.Zero;
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void The_longest_hold_down_below_the_first_is_refused()
    {
        var options = Good();
        options.MaxHoldDown = TimeSpan.FromSeconds(4);
        Assert.Equal(["ActorCache: MaxHoldDown (00:00:04) is below HoldDown (00:00:05); raise it."], Faults(options));
        options.HoldDown = options.MaxHoldDown;
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void A_stand_ins_time_to_live_is_at_least_memcacheds_smallest()
    {
        var options = Good();
        options.StandInTtl = TimeSpan.FromMilliseconds(999);
        Assert.Equal(["ActorCache: StandInTtl (00:00:00.999) is below a second, memcached's smallest time to live; raise it."], Faults(options));
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(int.MinValue, false)]
    [InlineData(0, true)]
    [InlineData(int.MaxValue, true)]
    public void The_journal_has_bounds_that_are_not_below_zero(int bound, bool right)
    {
        var options = Good();
        (options.JournalMaxKeys, options.JournalMaxBytes) = (bound, bound);
        string[] faults = right
            ? []
            : [
                $"ActorCache: JournalMaxKeys ({bound}) must not be below 0, which keeps no journal; the default is 100000.",
                $"ActorCache: JournalMaxBytes ({bound}) must not be below 0, which keeps no journal; the default is 16777216.",
            ];
        Assert.Equal(faults, Faults(options));
    }

    [Theory]
    [InlineData(-0.01, false)]
    [InlineData(1.01, false)]
    [InlineData(double.NaN, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void The_retry_budget_is_a_share(double share, bool right)
    {
        var options = Good();
        options.RetryBudget = share;
        string[] faults = right ? [] : [$"ActorCache: RetryBudget ({share}) must be 0 to 1, a share of all calls; the default is 0.1."];
        Assert.Equal(faults, Faults(options));
    }

    [Theory]
    [InlineData(-0.01, false)]
    [InlineData(1.01, false)]
    [InlineData(double.NaN, false)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    public void The_jitter_of_times_to_live_is_a_share(double share, bool right)
    {
        var options = Good();
        options.TtlJitter = share;
        string[] faults = right ? [] : [$"ActorCache: TtlJitter ({share}) must be 0 to 1, a share of each time to live; the default is 0."];
        Assert.Equal(faults, Faults(options));
    }

    [Fact]
    public void A_choice_that_does_not_exist_is_refused_with_all_there_are()
    {
        var options = Good();
        (options.Dialect, options.WhileSuspect, options.Failback, options.OnRejoin) = ((Dialect)4, (WhileSuspect)2, (Failback)(-1), (OnRejoin)3);
        Assert.Equal(
        [
            "ActorCache: Dialect (4) is not known; there are Auto, Meta, Classic, Binary.",
            "ActorCache: WhileSuspect (2) is not known; there are Reroute, Wait.",
            "ActorCache: Failback (-1) is not known; there are Delayed, Immediate, Sticky, Manual.",
            "ActorCache: OnRejoin (3) is not known; there are Replay, Flush, Admit.",
        ], Faults(options));
    }

    [Fact]
    public void No_server_is_refused()
    {
        string fault = "ActorCache: Servers is empty; name at least one, such as \"cache-1:11211\".";
        Assert.Equal([fault], Faults(new ActorCacheOptions()));
        Assert.Equal([fault], Faults(new ActorCacheOptions { Servers = null! }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("a b")]
    [InlineData("a:0")]
    [InlineData("a:65536")]
    [InlineData("a:x")]
    [InlineData("a*0")]
    [InlineData("a*-1")]
    [InlineData("a*2147483647")]
    [InlineData("http://a")]
    [InlineData("[::1")]
    [InlineData("unix:relative")]
    [InlineData("a,b")]
    public void A_bad_server_is_refused_by_its_place_in_the_list(string? text)
    {
        var fault = Assert.Single(Faults(new ActorCacheOptions { Servers = ["good", text!] }));
        Assert.StartsWith($"ActorCache: Servers[1]: Server \"{text}\" ", fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a", "a:11211")]
    [InlineData("a:5", "a:5*2")]
    [InlineData("::1", "[::1]:11211")]
    public void A_server_listed_twice_is_refused(string first, string second)
    {
        var fault = Assert.Single(Faults(new ActorCacheOptions { Servers = [first, "other", second] }));
        Assert.Matches("^ActorCache: Servers\\[2\\]: \".*\" is listed twice; remove one, or give it a greater weight\\.$", fault);
    }

    [Fact]
    public void An_alias_given_twice_is_refused() => Assert.Equal(
        ["ActorCache: Servers[1]: \"node\" is the alias of another server too; give each its own."], Faults(new ActorCacheOptions { Servers = ["node@a", "node@b"] }));

    [Fact]
    public void A_thousand_servers_are_accepted() =>
        Assert.Empty(Faults(new ActorCacheOptions { Servers = [.. Enumerable.Range(0, 1000).Select(i => $"cache-{i}")] }));

    [Theory]
    [InlineData(0, false)]
    [InlineData(-1, false)]
    [InlineData(1, true)]
    [InlineData(65_535, true)]
    [InlineData(65_536, false)]
    [InlineData(int.MaxValue, false)]
    public void The_in_flight_window_has_bounds(int window, bool right)
    {
        var options = Good();
        options.MaxInFlight = window;
        string[] faults = right ? [] : [$"ActorCache: MaxInFlight ({window}) must be 1 to 65535; the default is 16384."];
        Assert.Equal(faults, Faults(options));
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    [InlineData(1 << 30, true)]
    [InlineData((1 << 30) + 1, false)]
    public void The_longest_value_has_bounds(int bytes, bool right)
    {
        var options = Good();
        options.MaxValueBytes = bytes;
        string[] faults = right ? [] : [$"ActorCache: MaxValueBytes ({bytes}) must be 1 to 1073741824; the default is 1048576."];
        Assert.Equal(faults, Faults(options));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void At_least_one_attempt_is_made(int attempts)
    {
        var options = Good();
        options.ServerMaxRetry = attempts;
        Assert.Equal([$"ActorCache: ServerMaxRetry ({attempts}) must be at least 1, the first failed attempt; the default is 3."], Faults(options));
    }

    [Theory]
    [InlineData("modula")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_distribution_is_refused_with_all_there_are(string? name)
    {
        var options = Good();
        options.Distribution = name!;
        Assert.Equal([$"ActorCache: Distribution \"{name}\" is not known; there are {string.Join(", ", Placement.Distribution.Names)}."], Faults(options));
    }

    [Theory]
    [InlineData("zip")]
    [InlineData("")]
    [InlineData(null)]
    public void An_unknown_compression_is_refused_with_all_there_are(string? name)
    {
        var options = Good();
        options.Compression = name!;
        Assert.Equal([$"ActorCache: Compression \"{name}\" is not known; there are None, Deflate, Brotli."], Faults(options));
        options.Compressors.Add(new Compressor(8, "Zip"));
        Assert.Equal(name == "zip" ? [] : [$"ActorCache: Compression \"{name}\" is not known; there are None, Deflate, Brotli, Zip."], Faults(options));
    }

    [Fact]
    public void Codecs_have_numbers_of_their_own()
    {
        var options = Good();
        options.Serializer = new Serializer(16);
        options.Compressors = [new Compressor(0, "none"), new Compressor(1, "taken"), new Compressor(16, "large"), new Compressor(8, "one"), new Compressor(8, "two")];
        Assert.Equal(
        [
            "ActorCache: Serializer has the Id 16; it must be 0 to 15, own ones 8 to 15.",
            "ActorCache: Compressors: none has the Id 0, which is taken or out of range; own ones are 8 to 15.",
            "ActorCache: Compressors: taken has the Id 1, which is taken or out of range; own ones are 8 to 15.",
            "ActorCache: Compressors: large has the Id 16, which is taken or out of range; own ones are 8 to 15.",
            "ActorCache: Compressors: one and two have the same Id 8; give each its own.",
        ], Faults(options));

        options = Good();
        options.Compressors = null!;
        Assert.Equal(["ActorCache: Compressors is null; leave it empty for none."], Faults(options));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData("orders:", null)]
    [InlineData("a b", "is no part of a key: 1 to 200 bytes of UTF-8, without spaces and control characters.")]
    [InlineData("a\n", "is no part of a key: 1 to 200 bytes of UTF-8, without spaces and control characters.")]
    public void A_prefix_is_the_beginning_of_a_key(string prefix, string? fault)
    {
        var options = Good();
        options.KeyPrefix = prefix;
        Assert.Equal(fault is null ? [] : [$"ActorCache: KeyPrefix \"{prefix}\" {fault}"], Faults(options));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(201, false)]
    [InlineData(250, false)]
    public void A_prefix_leaves_room_for_keys(int length, bool right)
    {
        var options = Good();
        options.KeyPrefix = new string('p', length);
        Assert.Equal(right ? [] : [$"ActorCache: KeyPrefix \"{options.KeyPrefix}\" is {length} bytes of UTF-8; at most 200, so that there is room for keys."], Faults(options));
    }

    [Theory]
    [InlineData(0, 1 << 20, "ActorCache: MaxLargeValueBytes (0) must be 1 to 1073741824; the default is 67108864.")]
    [InlineData(1, 1023, "ActorCache: MaxValueBytes (1023) is below 1024, which leaves no room for the parts of large values; raise it.")]
    [InlineData(1, 1024, null)]
    public void Parts_of_large_values_have_bounds(int large, int whole, string? fault)
    {
        var options = Good();
        (options.LargeValues, options.MaxLargeValueBytes, options.MaxValueBytes) = (LargeValues.Chunk, large, whole);
        Assert.Equal(fault is null ? [] : [fault], Faults(options));
    }

    [Fact]
    public void Sizes_of_compressed_values_have_bounds()
    {
        var options = Good();
        (options.CompressionThreshold, options.MaxDecompressedBytes) = (-1, 0);
        Assert.Equal(
        [
            "ActorCache: CompressionThreshold (-1) must not be below 0, which compresses whatever gets shorter; the default is 4096.",
            "ActorCache: MaxDecompressedBytes (0) must be 1 to 1073741824; the default is 67108864.",
        ], Faults(options));
    }

    [Theory]
    [InlineData("u", "p", "", null)]
    [InlineData("u", "", "/run/secret", null)]
    [InlineData("ü", "p:ß", "", null)]
    [InlineData("u", "", "", "Username is set, and neither Password nor PasswordFile is; set one.")]
    [InlineData("", "p", "", "Password is set, and Username is not; set it.")]
    [InlineData("", "", "/run/secret", "PasswordFile is set, and Username is not; set it.")]
    [InlineData("u", "p", "/run/secret", "Password and PasswordFile are both set; remove one.")]
    [InlineData("u v", "p", "", "Username has a space or a control character in it, which the protocol cannot carry; choose another.")]
    [InlineData("u\r\nflush_all", "p", "", "Username has a space or a control character in it, which the protocol cannot carry; choose another.")]
    [InlineData("u", "p\r\nflush_all\r\n", "", "Password has a space or a control character in it, which the protocol cannot carry; choose another.")]
    [InlineData("u", "p\0", "", "Password has a space or a control character in it, which the protocol cannot carry; choose another.")]
    public void User_and_password_are_both_there_and_can_be_sent(string user, string password, string file, string? fault)
    {
        var options = Good();
        (options.Username, options.Password, options.PasswordFile) = (user, password, file);
        Assert.Equal(fault is null ? [] : [$"ActorCache: {fault}"], Faults(options));
    }

    [Fact]
    public void What_is_set_of_TLS_while_it_is_off_is_a_fault_as_somebody_believes_that_it_is_on()
    {
        var options = Good();
        (options.TlsServerName, options.TlsCaFile, options.TlsCertificateFile, options.TlsKeyFile, options.ConfigureTls) = ("a", "b", "c", "d", _ => { });
        Assert.Equal(new[] { "TlsServerName", "TlsCaFile", "TlsCertificateFile", "TlsKeyFile", "ConfigureTls" }
            .Select(option => $"ActorCache: {option} is set, and Tls is not; set it to true."), Faults(options));
        options.Tls = true;
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void TLS_needs_a_name_that_can_be_one_a_certificate_to_its_key_and_no_unix_sockets()
    {
        var options = Good();
        options.Tls = true;
        Assert.Empty(Faults(options));
        (options.Servers, options.TlsServerName, options.TlsKeyFile) = (["a", "unix:/run/m.sock"], "a b", "key.pem");
        Assert.Equal(
        [
            "ActorCache: TlsKeyFile is set, and TlsCertificateFile is not; set it.",
            "ActorCache: TlsServerName \"a b\" is neither a host's name nor an address.",
            "ActorCache: Servers: \"unix:/run/m.sock\" is a Unix socket, where there is no TLS; name it by host and port.",
        ], Faults(options));
    }

    [Fact]
    public void TLS_to_servers_that_are_found_by_their_addresses_needs_the_name_on_their_certificates()
    {
        var options = Good();
        (options.Tls, options.Discovery) = (true, Discovery.Dns);
        Assert.Equal(["ActorCache: TlsServerName is not set, and Discovery is Dns, which finds addresses; set it to the name that the certificates are for."], Faults(options));
        options.TlsServerName = "cache.example.org";
        Assert.Empty(Faults(options));
        (options.TlsServerName, options.ConfigureTls) = ("", _ => { });
        Assert.Empty(Faults(options));
        (options.ConfigureTls, options.Discovery) = (null, Discovery.ElastiCache);
        Assert.Empty(Faults(options));
    }

    [Fact]
    public void Every_fault_is_listed_at_once()
    {
        var options = new ActorCacheOptions
        {
            Servers = ["a:0", "b", "b"], ConnectTimeout = TimeSpan.Zero, ReadTimeout = TimeSpan.FromSeconds(-1), ServerMaxRetry = 0,
            RetryDelay = TimeSpan.FromSeconds(2), MaxRetryDelay = TimeSpan.FromSeconds(1), OperationTimeout = TimeSpan.MaxValue,
            ProvenAfter = default, IdleProbe = default, DrainTimeout = default, MaxInFlight = 0, Distribution = "x",
        };
        OptionKey.Read(options, "nonsense", "1");
        OptionKey.Read(options, "read_timeout", "soon");
        var faults = Faults(options);
        Assert.Equal(14, faults.Length);
        Assert.All(faults, fault => Assert.StartsWith("ActorCache: ", fault, StringComparison.Ordinal));

        var thrown = Assert.Throws<OptionsValidationException>(() => ActorCacheOptionsValidator.ThrowIfInvalid("orders", options));
        Assert.Equal("orders", thrown.OptionsName);
        Assert.Equal(faults.Select(fault => fault.Replace("ActorCache: ", "ActorCache \"orders\": ", StringComparison.Ordinal)), thrown.Failures);
    }

    [Theory]
    [InlineData(Discovery.Dns, "cache.svc*2", null)]
    [InlineData(Discovery.ElastiCache, "cache.cfg", null)]
    [InlineData(Discovery.None, "node01@cache.svc", null)]
    [InlineData(Discovery.Dns, "unix:/run/m.sock", "Servers[0]: \"unix:/run/m.sock\" is a socket, where no servers are found; name a host, or set Discovery to None.")]
    [InlineData(Discovery.Dns, "node01@cache.svc", "Servers[0]: an alias is one server's, and \"cache.svc:11211\" stands for all that are found there; drop \"node01@\", or set Discovery to None.")]
    [InlineData(Discovery.ElastiCache, "cache.cfg*2", "Servers[0]: ElastiCache gives its servers no weights; drop \"*2\".")]
    [InlineData((Discovery)9, "cache.svc", "Discovery (9) is not known; there are None, Dns, ElastiCache.")]
    public void Where_servers_are_found_must_be_where_some_can_be(Discovery discovery, string server, string? fault)
    {
        var options = Good();
        (options.Discovery, options.Servers) = (discovery, [server]);
        Assert.Equal(fault is null ? [] : [$"ActorCache: {fault}"], Faults(options));
    }

    [Fact]
    public void Asking_for_servers_all_the_time_is_refused()
    {
        var options = Good();
        options.DiscoveryInterval = TimeSpan.FromMilliseconds(99);
        Assert.Equal(["ActorCache: DiscoveryInterval (00:00:00.099) is below 00:00:00.1; raise it."], Faults(options));
    }

    private static ActorCacheOptions Good() => new() { Servers = ["cache-1"] };

    private static string[] Faults(ActorCacheOptions options) => [.. new ActorCacheOptionsValidator().Validate(null, options).Failures ?? []];

    private sealed class Serializer(int id) : ICacheSerializer
    {
        public int Id => id;

        public void Serialize<T>(T value, IBufferWriter<byte> output) => throw new NotSupportedException();

        public T Deserialize<T>(ReadOnlySpan<byte> bytes) => throw new NotSupportedException();
    }

    private sealed class Compressor(int id, string name) : ICacheCompressor
    {
        public int Id => id;

        public string Name => name;

        public void Compress(ReadOnlySpan<byte> bytes, IBufferWriter<byte> output) => throw new NotSupportedException();

        public void Decompress(ReadOnlySpan<byte> compressed, IBufferWriter<byte> output) => throw new NotSupportedException();
    }
}
