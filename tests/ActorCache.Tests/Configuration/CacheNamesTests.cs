using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ActorCache.Tests;

/// <summary>What a cache may be called, and what goes by its name.</summary>
public class CacheNamesTests
{
    [Theory]
    [InlineData("orders")]
    [InlineData("orders.eu-1")]
    [InlineData("Bestellungen für morgen")]
    public void Most_names_will_do(string name) => CacheNames.Check(name);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a:b")]
    [InlineData("servers")]
    [InlineData("read-timeout")]
    [InlineData("Default")]
    public void A_name_that_means_something_else_in_configuration_is_refused(string name) =>
        Assert.Equal("name", Assert.ThrowsAny<ArgumentException>(() => CacheNames.Check(name)).ParamName);

    [Fact]
    public void Services_have_one_list_and_each_name_is_in_it_once()
    {
        var services = new ServiceCollection();
        Assert.True(CacheNames.Of(services).Add("orders"));
        Assert.False(CacheNames.Of(services).Add("orders"));
        Assert.True(CacheNames.Of(services).Add("carts"));
        Assert.Equal(["orders", "carts"], Assert.IsType<CacheNames>(Assert.Single(services).ImplementationInstance).Registered);
    }

    [Fact]
    public void Known_are_those_that_are_registered_or_named_in_hocon_and_the_one_without_a_key()
    {
        var names = new CacheNames();
        names.Add("orders");
        var hocon = ConfigurationFactory.ParseString("""actor-cache.instances { carts { servers = [c] } "users.eu" {} }""");
        Assert.Equal(["carts", "default", "orders", "users.eu"], CacheNames.Known(names, hocon).Order(StringComparer.Ordinal));
        Assert.Contains("ORDERS", CacheNames.Known(names, null));
        Assert.Equal(["default"], CacheNames.Known(null, ActorCacheExtension.ReferenceConfig()));
        Assert.Equal(["default"], CacheNames.Known(null, ConfigurationFactory.ParseString("actor-cache.instances = [x]")));
    }

    [Fact]
    public void The_cache_without_a_key_has_the_unnamed_options()
    {
        Assert.Equal(("", "orders"), (CacheNames.OptionsOf("default"), CacheNames.OptionsOf("orders")));
        Assert.Equal(("default", "default", "orders"), (CacheNames.CacheOf(null), CacheNames.CacheOf(""), CacheNames.CacheOf("orders")));
        Assert.Equal(("ActorCache", "orders"), (CacheNames.ConnectionStringOf("default"), CacheNames.ConnectionStringOf("orders")));
    }
}
