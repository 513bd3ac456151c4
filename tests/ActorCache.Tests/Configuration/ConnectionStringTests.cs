using System.Globalization;
using System.Reflection;
using CsCheck;

namespace ActorCache.Tests;

/// <summary>The grammar of connection strings, both ways, and that no secret is shown by either.</summary>
public class ConnectionStringTests
{
    private static readonly string[] ServerTexts = ["a", "cache-1:11211", "cache-2:11212*3", "[::1]:11211", "unix:/run/memcached.sock", "node-1@10.0.0.1:11211", "unix:/a=b;c"];

    [Theory]
    [InlineData("a;b=c", "-:a|b:c")]
    [InlineData(" a , b ; c = d ", "-:a , b|c:d")]
    [InlineData("b=", "b:")]
    [InlineData("b=c=d", "b:c=d")]
    [InlineData("b=\"c;d\"", "b:c;d")]
    [InlineData("b='c;d';e=f", "b:c;d|e:f")]
    [InlineData("b=\"say \"\"no\"\"\" ; e=f", "b:say \"no\"|e:f")]
    [InlineData("b='it''s'", "b:it's")]
    [InlineData("b=\" c \"", "b: c ")]
    [InlineData("b=\"\"", "b:")]
    [InlineData("b=c\"d\"", "b:c\"d\"")]
    [InlineData("b=\"c", "b!")]
    [InlineData("b=\"c\"d;e=f", "b!|e:f")]
    [InlineData("b='", "b!")]
    [InlineData("=c", ":c")]
    [InlineData(";;a;;", "-:a")]
    [InlineData("a;b", "-:a|-:b")]
    [InlineData("", "")]
    [InlineData(" ; ", "")]
    public void It_falls_into_parts_at_semicolons_outside_of_quotes(string text, string parts) => Assert.Equal(parts, string.Join("|",
        ConnectionString.Parts(text).Select(part => part.Value is null ? $"{part.Name}!" : $"{part.Name ?? "-"}:{part.Value}")));

    [Fact]
    public void Only_what_is_not_as_by_default_is_written_and_the_servers_first()
    {
        Assert.Equal("", new ActorCacheOptions().ToConnectionString());
        Assert.Equal("a:1,b:2*3;read_timeout=00:00:00.25;failback=Sticky", new ActorCacheOptions
        {
            Failback = Failback.Sticky, ReadTimeout = TimeSpan.FromMilliseconds(250), Servers = ["a:1", "b:2*3"],
        }.ToConnectionString());
    }

    [Theory]
    [InlineData("unix:/a;b", "servers=\"unix:/a;b\"")]
    [InlineData("unix:/a=b", "servers=unix:/a=b")]
    [InlineData("\"a", "servers=\"\"\"a\"")]
    public void Servers_that_could_be_read_as_something_else_are_named(string server, string text) =>
        Assert.Equal(text, new ActorCacheOptions { Servers = [server] }.ToConnectionString());

    [Fact]
    public void What_is_written_reads_back_whatever_the_options_are() => AnyOptions.Sample(options =>
    {
        var text = options.ToConnectionString();
        var copy = ActorCacheOptions.Parse(text);
        return OptionKey.All.All(key => key.Write(copy) == key.Write(options)) && copy.ToConnectionString() == text;
    }, iter: 5_000, print: options => options.ToConnectionString());

    [Fact]
    public void Whatever_is_parsed_is_read_or_refused_and_nothing_else_happens() =>
        Gen.String[Gen.Char["ab;=\"' ,\n"], 0, 30].Sample(text =>
        {
            try
            {
                var options = ActorCacheOptions.Parse(text);
                return OptionKey.All.All(key => key.Write(ActorCacheOptions.Parse(options.ToConnectionString())) == key.Write(options));
            }
            catch (FormatException)
            {
                return true;
            }
        }, iter: 20_000);

    [Fact]
    public void What_cannot_be_read_is_refused_with_every_fault()
    {
        var refused = Assert.Throws<FormatException>(() => ActorCacheOptions.Parse("a;read_timeout=soon;colour=red"));
        Assert.StartsWith("ReadTimeout: \"soon\" is not a duration; write 500ms, 2s, 1m or 00:00:02. \"colour\" is not an option; there are servers,", refused.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => ActorCacheOptions.Parse(null!));
    }

    [Fact]
    public void Options_set_to_null_in_code_are_printed_as_those_without() =>
        Assert.Equal("", new ActorCacheOptions { Servers = null!, KeyPrefix = null! }.ToString());

    [Fact]
    public void A_secret_is_printed_as_three_stars_and_nothing_else_differs_from_what_reads_back()
    {
        foreach (var secret in OptionKey.All.Where(key => key.IsSecret))
        {
            var options = ActorCacheOptions.Parse($"a:1;{secret.SnakeName}=hunter2;hash_tags=true");
            Assert.Equal("hunter2", secret.Write(options));
            Assert.Contains($"{secret.SnakeName}=hunter2", options.ToConnectionString(), StringComparison.Ordinal);
            Assert.Equal(options.ToConnectionString().Replace("hunter2", "***", StringComparison.Ordinal), options.ToString());
        }
        Assert.Equal("a:1;hash_tags=true", ActorCacheOptions.Parse("a:1;hash_tags=yes").ToString());
    }

    [Theory]
    [InlineData("a;{0}=hunter;2secret")]
    [InlineData("a;{0}=hunter;2secret=x")]
    [InlineData("a;{0}=\"hunter2secret")]
    [InlineData("a;{0}=\"hunter\"2secret")]
    [InlineData("a;{0}='hunter2secret;read_timeout=1s")]
    [InlineData("a;2secret")]
    [InlineData("a;paswort:2secret")]
    [InlineData("a;paswort=2secret")]
    [InlineData("a;paswort='2secret")]
    public void A_string_that_cannot_be_read_is_refused_without_repeating_what_may_be_a_secret(string text)
    {
        foreach (var name in OptionKey.All.Where(key => key.IsSecret).Select(key => key.SnakeName).Append("passphrase"))
        {
            if (name == "passphrase" && text.Contains("=x", StringComparison.Ordinal)) continue; // Nobody knows that this one is secret.
            var refused = Assert.Throws<FormatException>(() => ActorCacheOptions.Parse(string.Format(CultureInfo.InvariantCulture, text, name)));
            Assert.DoesNotContain("2secret", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter", refused.Message, StringComparison.Ordinal);
        }
    }

    private static Gen<ActorCacheOptions> AnyOptions => Gen.Select(Gen.Int[0, int.MaxValue], Gen.Int[1, 6]).Select((seed, share) =>
    {
        // Each option in one of so many is set, to anything its type can hold.
        var random = new Random(seed);
        var options = new ActorCacheOptions();
        foreach (var key in OptionKey.All.Where(_ => random.Next(share) == 0))
        {
            var property = typeof(ActorCacheOptions).GetProperty(key.Name)!;
            property.SetValue(options, AnyValue(property, random));
        }
        return options;
    });

    private static object AnyValue(PropertyInfo property, Random random) => property.PropertyType switch
    {
        var type when type == typeof(TimeSpan) => TimeSpan.FromTicks(random.NextInt64() >> random.Next(64)),
        var type when type == typeof(int) => random.Next(int.MinValue, int.MaxValue),
        var type when type == typeof(long) => random.NextInt64(long.MinValue, long.MaxValue),
        var type when type == typeof(double) => random.NextDouble() * Math.Pow(10, random.Next(-9, 9)),
        var type when type == typeof(bool) => random.Next(2) == 0,
        var type when type == typeof(string) => property.Name == nameof(ActorCacheOptions.KeyPrefix) ? AnyText(random) : AnyText(random).Trim(),
        var type when type.IsEnum => random.GetItems(Enum.GetValuesAsUnderlyingType(type).Cast<int>().ToArray(), 1)[0] is var value ? Enum.ToObject(type, value) : 0,
        var type when type == typeof(IList<string>) => random.GetItems(ServerTexts, random.Next(4)).ToList(),
        var type => throw new NotSupportedException($"There is no telling what a {type} may be."),
    };

    private static string AnyText(Random random) => new(random.GetItems(";=\"' ,\t\nxyä{}".ToCharArray(), random.Next(12)));
}
