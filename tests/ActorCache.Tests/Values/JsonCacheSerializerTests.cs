using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorCache.Tests;

/// <summary>JSON with the caller's options, or a generated context's.</summary>
public partial class JsonCacheSerializerTests
{
    public sealed record Person(string Name, int Age);

    [JsonSerializable(typeof(Person))]
    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    private sealed partial class PersonContext : JsonSerializerContext;

    [Fact]
    public void Options_are_used() =>
        Assert.Equal("{\"name\":\"Ada\",\"age\":36}", RoundTrip(new JsonCacheSerializer(new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase })));

    [Fact]
    public void Options_that_change_later_are_used_as_they_were()
    {
        var options = new JsonSerializerOptions();
        var serializer = new JsonCacheSerializer(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        Assert.Equal("{\"Name\":\"Ada\",\"Age\":36}", RoundTrip(serializer));
    }

    [Fact]
    public void A_context_is_used_and_knows_its_own_types_only()
    {
        var serializer = new JsonCacheSerializer(PersonContext.Default);
        Assert.Equal("{\"name\":\"Ada\",\"age\":36}", RoundTrip(serializer));
        Assert.Throws<NotSupportedException>(() => serializer.Serialize(DayOfWeek.Friday, new ArrayBufferWriter<byte>()));
        Assert.Throws<NotSupportedException>(() => serializer.Deserialize<DayOfWeek>("5"u8));
    }

    [Fact]
    public void Nothing_is_indented_whatever_the_options_say() =>
        Assert.Equal("{\"Name\":\"Ada\",\"Age\":36}", RoundTrip(new JsonCacheSerializer(new JsonSerializerOptions { WriteIndented = true })));

    private static string RoundTrip(JsonCacheSerializer serializer)
    {
        var output = new ArrayBufferWriter<byte>();
        serializer.Serialize(new Person("Ada", 36), output);
        Assert.Equal(new Person("Ada", 36), serializer.Deserialize<Person>(output.WrittenSpan));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
