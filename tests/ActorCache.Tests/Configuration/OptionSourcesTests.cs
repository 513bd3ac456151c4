using Akka.Configuration;
using Microsoft.Extensions.Configuration;

namespace ActorCache.Tests;

/// <summary>Options out of connection strings, configuration and HOCON.</summary>
public class OptionSourcesTests
{
    private readonly ActorCacheOptions _options = new();

    [Fact]
    public void A_connection_string_begins_with_the_servers()
    {
        OptionSources.ReadConnectionString(_options, "cache-1:11211,cache-2:11211*2;connect_timeout=250ms;ServerMaxRetry=5;max-in-flight=9");
        Assert.Empty(_options.Unreadable);
        Assert.Equal(["cache-1:11211", "cache-2:11211*2"], _options.Servers);
        Assert.Equal((TimeSpan.FromMilliseconds(250), 5, 9), (_options.ConnectTimeout, _options.ServerMaxRetry, _options.MaxInFlight));
    }

    [Theory]
    [InlineData("servers=a,b;read_timeout=1s")]
    [InlineData("read_timeout=1s;servers=a,b")]
    [InlineData("  a , b ; read_timeout = 1s ; ")]
    [InlineData(" servers = a , b ;; read_timeout= 1 s;")]
    [InlineData("a,,b,;read_timeout=1s")]
    [InlineData("x;servers=a,b;read_timeout=5s;read_timeout=1s")]
    public void Servers_and_settings_stand_in_any_order_with_any_spaces_and_the_last_of_two_wins(string text)
    {
        OptionSources.ReadConnectionString(_options, text);
        Assert.Empty(_options.Unreadable);
        Assert.Equal(["a", "b"], _options.Servers);
        Assert.Equal(TimeSpan.FromSeconds(1), _options.ReadTimeout);
    }

    [Theory]
    [InlineData("a;colour=red", "\"colour\" is not an option; there are servers, ")]
    [InlineData("a;read_timeout=", "ReadTimeout: \"\" is not a duration; write 500ms, 2s, 1m or 00:00:02.")]
    [InlineData("a;read_timeout", "\"read_timeout\" in the connection string is no setting; write name=value.")]
    [InlineData("read_timeout", "\"read_timeout\" in the connection string is no setting; write name=value.")]
    [InlineData("a;=5s", "Part 2 of the connection string is no setting; write name=value.")]
    [InlineData("=a", "Part 1 of the connection string is no setting; write name=value.")]
    [InlineData("a;b", "Part 2 of the connection string is no setting; write name=value.")]
    [InlineData("read_timeout=1s;a", "Part 2 of the connection string is no setting; write name=value.")]
    [InlineData("a;key_prefix=\"b", "KeyPrefix has a quote too few or too many; write name=\"value\", and \"\" for a quote within.")]
    [InlineData("a;key_prefix='b'c", "KeyPrefix has a quote too few or too many; write name=\"value\", and \"\" for a quote within.")]
    [InlineData("a;colour='b'c", "Part 2 of the connection string has a quote too few or too many; write name=\"value\", and \"\" for a quote within.")]
    public void What_a_connection_string_says_wrongly_is_reported(string text, string fault)
    {
        OptionSources.ReadConnectionString(_options, text);
        Assert.StartsWith(fault, Assert.Single(_options.Unreadable), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData(";;")]
    [InlineData("servers=")]
    [InlineData(",")]
    [InlineData("read_timeout=1s")]
    public void A_connection_string_without_servers_names_none(string text)
    {
        OptionSources.ReadConnectionString(_options, text);
        Assert.Empty(_options.Unreadable);
        Assert.Empty(_options.Servers);
    }

    [Theory]
    [InlineData("ActorCache:", true)]
    [InlineData("Caches:Main:", false)]
    public void Configuration_is_read_from_the_section_or_from_the_root_that_has_it(string prefix, bool root)
    {
        var configuration = Configuration(prefix, ("Servers:0", "a:1"), ("Servers:1", "b:2*3"), ("ReadTimeout", "00:00:00.2"), ("max_in_flight", "7"));
        Read(root ? configuration : configuration.GetSection("Caches:Main"));
        Assert.Empty(_options.Unreadable);
        Assert.Equal(["a:1", "b:2*3"], _options.Servers);
        Assert.Equal((TimeSpan.FromMilliseconds(200), 7), (_options.ReadTimeout, _options.MaxInFlight));
    }

    [Fact]
    public void Twelve_servers_keep_their_order()
    {
        var servers = Enumerable.Range(0, 12).Select(i => ($"Servers:{i}", $"s{i}")).ToArray();
        Read(Configuration("ActorCache:", servers));
        Assert.Equal(servers.Select(server => server.Item2), _options.Servers);
    }

    [Fact]
    public void Servers_may_be_one_comma_list_in_configuration()
    {
        Read(Configuration("ActorCache:", ("Servers", "a:1, b:2")));
        Assert.Equal(["a:1", "b:2"], _options.Servers);
    }

    [Fact]
    public void A_roots_other_sections_are_nobodys_business_here()
    {
        Read(Configuration("", ("PATH", "/bin"), ("Logging:LogLevel:Default", "Information")));
        Assert.Empty(_options.Unreadable);
        Assert.Empty(_options.Servers);
    }

    [Fact]
    public void Unknown_and_empty_keys_of_configuration_are_reported()
    {
        var configuration = Configuration("ActorCache:", ("Servers", "a"), ("ReedTimeout", "1s"), ("Retry:Deep:Delay", "1s"), ("RetryDelay", "often"));
        Read(configuration);
        Assert.Equal(3, _options.Unreadable.Count);
        Assert.Contains(_options.Unreadable, fault => fault.StartsWith("ActorCache:ReedTimeout: \"ReedTimeout\" is not an option;", StringComparison.Ordinal));
        Assert.Contains("ActorCache:Retry is neither an option nor the section of a cache; there are default.", _options.Unreadable);
        Assert.Contains(_options.Unreadable, fault => fault.StartsWith("ActorCache:RetryDelay: \"often\" is not a duration;", StringComparison.Ordinal));
    }

    [Fact]
    public void Over_what_is_for_all_caches_stands_a_caches_own_section_and_over_that_its_connection_string()
    {
        var configuration = Configuration("", ("ActorCache:Servers", "all"), ("ActorCache:ReadTimeout", "1s"), ("ActorCache:ConnectTimeout", "1s"), ("ActorCache:MaxInFlight", "1"),
            ("ActorCache:Orders:ReadTimeout", "2s"), ("ActorCache:Orders:Servers:0", "o1"), ("ActorCache:Orders:connect-timeout", "2s"), ("ConnectionStrings:ORDERS", "o3;connect_timeout=3s"),
            ("ActorCache:Default:MaxInFlight", "4"), ("ConnectionStrings:ActorCache", "d"), ("ActorCache:carts:max_in_flight", "5"));
        Assert.Equal(("o3", 2, 3, 1), ReadAs("orders"));
        Assert.Equal(("d", 1, 1, 4), ReadAs("default"));
        Assert.Equal(("all", 1, 1, 5), ReadAs("carts"));

        (string, double, double, int) ReadAs(string name)
        {
            var options = new ActorCacheOptions();
            OptionSources.ReadConfiguration(options, configuration, name, new HashSet<string>(["default", "orders", "carts"], StringComparer.OrdinalIgnoreCase));
            Assert.Empty(options.Unreadable);
            return (Assert.Single(options.Servers), options.ReadTimeout.TotalSeconds, options.ConnectTimeout.TotalSeconds, options.MaxInFlight);
        }
    }

    [Fact]
    public void A_section_that_is_given_in_code_may_have_the_caches_own_within()
    {
        var configuration = Configuration("Caches:", ("Servers", "all"), ("ReadTimeout", "1s"), ("orders:ReadTimeout", "2s"));
        Read(configuration.GetSection("Caches"), "orders", "orders");
        Assert.Empty(_options.Unreadable);
        Assert.Equal(("all", TimeSpan.FromSeconds(2)), (Assert.Single(_options.Servers), _options.ReadTimeout));
    }

    [Fact]
    public void The_section_of_a_cache_that_nobody_has_is_reported_with_those_there_are()
    {
        var configuration = Configuration("ActorCache:", ("Servers", "a"), ("ordes:ReadTimeout", "2s"), ("orders:Servers", "o"), ("orders:deeper:ReadTimeout", "1s"));
        Read(configuration, "orders", "orders");
        Assert.Equal(
        [
            "ActorCache:orders:deeper is neither an option nor the section of a cache.",
            "ActorCache:ordes is neither an option nor the section of a cache; there are default, orders.",
        ], _options.Unreadable.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("ActorCache:orders", "b:1", "ActorCache:orders: \"orders\" is not an option; there are servers,")]
    [InlineData("ActorCache:Servers:first", "b:1", "ActorCache:Servers has no value.")]
    [InlineData("ActorCache:Failback:0", "Manual", null)]
    [InlineData("ConnectionStrings:orders", "b:1;read_timeout=soon", "ConnectionStrings:orders: ReadTimeout: \"soon\" is not a duration;")]
    [InlineData("ConnectionStrings:orders", "b:1;colour=red", "ConnectionStrings:orders: \"colour\" is not an option;")]
    [InlineData("ConnectionStrings:orders", "b:1;fast", "ConnectionStrings:orders: Part 2 of the connection string is no setting;")]
    [InlineData("ConnectionStrings:orders", "b:1;key_prefix=\"", "ConnectionStrings:orders: KeyPrefix has a quote too few or too many;")]
    [InlineData("ConnectionStrings:orders", "", null)]
    [InlineData("ConnectionStrings:carts", "b:1;colour=red", null)]
    [InlineData("ConnectionStrings:ActorCache", "b:1;colour=red", null)]
    public void A_fault_names_the_place_it_stands_in_and_what_is_for_others_is_not_read(string key, string text, string? fault)
    {
        Read(Configuration("", (key, text)), "orders", "orders", "carts");
        if (fault is null) Assert.Empty(_options.Unreadable);
        else Assert.StartsWith(fault, Assert.Single(_options.Unreadable), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_option_is_read_from_configuration_by_each_of_its_names()
    {
        foreach (var key in OptionKey.All)
        {
            foreach (var name in new[] { key.Name, key.SnakeName, key.KebabName, key.SnakeName.ToUpperInvariant() })
            {
                var options = new ActorCacheOptions();
                OptionSources.ReadHost(options, Configuration("ActorCache:", (name, key.Write(options))), "default", new HashSet<string>());
                Assert.Empty(options.Unreadable);
                OptionSources.ReadHost(options, Configuration("ActorCache:", (name, "\u0001")), "default", new HashSet<string>());
                Assert.True(options.Unreadable.Count == 1 || key.Write(options) == "\u0001" || key.Write(options).Length == 0, $"{name} is not read");
            }
        }
    }

    public static readonly TheoryData<string> Hocons =
    [
        """actor-cache.default { servers = ["a:1", "b:2"], read-timeout = 200ms, max-in-flight = 7 }""",
        """actor-cache.default { servers = "a:1, b:2", read_timeout = 200ms, max_in_flight = 7 }""",
        """
        actor-cache.default { servers = [x], read-timeout = 9s }
        actor-cache.instances.default { servers = "a:1,b:2", read-timeout = 200ms, max_in_flight = 7 }
        """,
        """actor-cache.default { servers = ["a:1", "b:2"], read-timeout = 9s, read_timeout = 200ms, max-in-flight = 1, max_in_flight = 7 }""",
        """
        actor-cache {
          default { servers = ["a:1", "b:2"], read_timeout = 9s, max-in-flight = 7 }
          instances.default.read-timeout = 200ms
        }
        """,
    ];

    [Theory]
    [MemberData(nameof(Hocons))]
    public void Hocon_is_read_block_by_block_and_snake_case_beats_kebab_case(string hocon)
    {
        OptionSources.ReadHocon(_options, ConfigurationFactory.ParseString(hocon).WithFallback(ActorCacheExtension.ReferenceConfig()), "default");
        Assert.Empty(_options.Unreadable);
        Assert.Equal(["a:1", "b:2"], _options.Servers);
        Assert.Equal((TimeSpan.FromMilliseconds(200), 7), (_options.ReadTimeout, _options.MaxInFlight));
    }

    [Fact]
    public void An_instance_leaves_open_what_the_default_says_and_others_do_not_touch_it()
    {
        var hocon = ConfigurationFactory.ParseString("""
            actor-cache {
              default { servers = [d], read-timeout = 1s }
              instances {
                orders { servers = [o] }
                carts { read-timeout = 2s }
              }
            }
            """);
        OptionSources.ReadHocon(_options, hocon, "orders");
        Assert.Equal(["o"], _options.Servers);
        Assert.Equal(TimeSpan.FromSeconds(1), _options.ReadTimeout);
    }

    [Fact]
    public void A_name_with_a_dot_is_one_name_in_hocon()
    {
        OptionSources.ReadHocon(_options, ConfigurationFactory.ParseString("""actor-cache.instances { "orders.eu" { servers = [o] } orders.eu { servers = [x] } }"""), "orders.eu");
        Assert.Equal(["o"], _options.Servers);
    }

    [Fact]
    public void Hocon_without_a_word_about_us_changes_nothing()
    {
        OptionSources.ReadHocon(_options, ConfigurationFactory.ParseString("akka.loglevel = WARNING"), "default");
        Assert.Equal(OptionKey.All.Select(key => key.Write(new ActorCacheOptions())), OptionKey.All.Select(key => key.Write(_options)));
        Assert.Empty(_options.Unreadable);
    }

    [Fact]
    public void The_reference_alone_names_no_server()
    {
        OptionSources.ReadHocon(_options, ActorCacheExtension.ReferenceConfig(), "default");
        Assert.Empty(_options.Unreadable);
        Assert.Empty(_options.Servers);
    }

    [Theory]
    [InlineData("read-timeout = often", "actor-cache.default.read-timeout: \"often\" is not a duration;")]
    [InlineData("read_timeout { a = 1 }", "actor-cache.default.read_timeout: \"\" is not a duration;")]
    [InlineData("max-in-flight = []", "actor-cache.default.max-in-flight: \"\" is not a whole number.")]
    [InlineData("conect-timeout = 1s", "actor-cache.default: \"conect-timeout\" is not an option; there are servers,")]
    public void What_hocon_says_wrongly_is_reported(string setting, string fault)
    {
        OptionSources.ReadHocon(_options, ConfigurationFactory.ParseString($"actor-cache.default {{ {setting} }}"), "default");
        Assert.StartsWith(fault, Assert.Single(_options.Unreadable), StringComparison.Ordinal);
    }

    private void Read(IConfiguration configuration, string name = ActorCacheExtension.DefaultName, params string[] others) =>
        OptionSources.ReadConfiguration(_options, configuration, name, new HashSet<string>([ActorCacheExtension.DefaultName, .. others], StringComparer.OrdinalIgnoreCase));

    private static IConfigurationRoot Configuration(string prefix, params (string Key, string Value)[] entries) => new ConfigurationBuilder()
        .AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(prefix + entry.Key, (string?)entry.Value)))
        .Build();
}
