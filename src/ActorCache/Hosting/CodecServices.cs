using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// Serializers and compressors that are registered as services: of serializers the last one, where the options name none; of compressors those
/// that the options do not have. What is keyed by a cache's name is that cache's, and comes before what is for all.
/// </summary>
internal sealed class CodecServices(IServiceProvider services) : IPostConfigureOptions<ActorCacheOptions>
{
    public void PostConfigure(string? name, ActorCacheOptions options)
    {
        var key = string.IsNullOrEmpty(name) ? null : name; // no key: the services without one
        options.Serializer ??= (key is null ? null : services.GetKeyedService<ICacheSerializer>(key)) ?? services.GetService<ICacheSerializer>();
        var own = key is null ? [] : services.GetKeyedServices<ICacheCompressor>(key).ToList();
        var others = services.GetServices<ICacheCompressor>().Where(one => !own.Exists(mine => mine.Id == one.Id));
        options.Compressors = [.. (options.Compressors ?? []).Union(own).Union(others)];
    }
}
