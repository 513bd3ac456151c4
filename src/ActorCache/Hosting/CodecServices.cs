using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ActorCache;

/// <summary>
/// Serializers and compressors that are registered as services: of serializers the last one, where the options name none; of compressors those
/// that the options do not have.
/// </summary>
internal sealed class CodecServices(IServiceProvider services) : IPostConfigureOptions<ActorCacheOptions>
{
    public void PostConfigure(string? name, ActorCacheOptions options)
    {
        options.Serializer ??= services.GetService<ICacheSerializer>();
        options.Compressors = [.. (options.Compressors ?? []).Union(services.GetServices<ICacheCompressor>())];
    }
}
