using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ActorCache;

/// <summary>Values as JSON by System.Text.Json: what <see cref="ActorCacheOptions.Serializer"/> is by default. UTF-8, without indentation.</summary>
public sealed class JsonCacheSerializer : ICacheSerializer
{
    private readonly JsonSerializerOptions _options;

    /// <summary>With System.Text.Json's own options.</summary>
    public JsonCacheSerializer() => _options = JsonSerializerOptions.Default;

    /// <summary>With these options, as they are now. Without a resolver among them, types are looked at by reflection.</summary>
    public JsonCacheSerializer(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = new JsonSerializerOptions(options);
        _options.MakeReadOnly(populateMissingResolver: true);
    }

    /// <summary>With the types that a context generated code for; of any other it throws <see cref="NotSupportedException"/>.</summary>
    public JsonCacheSerializer(JsonSerializerContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        _options = context.Options;
    }

    /// <summary>With System.Text.Json's own options.</summary>
    public static JsonCacheSerializer Default { get; } = new();

    /// <inheritdoc />
    public int Id => 0;

    /// <inheritdoc />
    public void Serialize<T>(T value, IBufferWriter<byte> output)
    {
        // Not indented, whatever the options say: nobody reads it.
        using var writer = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = _options.Encoder, MaxDepth = _options.MaxDepth });
        JsonSerializer.Serialize(writer, value, TypeInfo<T>());
    }

    /// <inheritdoc />
    public T Deserialize<T>(ReadOnlySpan<byte> bytes) => JsonSerializer.Deserialize(bytes, TypeInfo<T>())!;

    private JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
}
