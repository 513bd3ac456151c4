using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Akka.Actor;
using Akka.Serialization;

namespace ActorCache;

/// <summary>
/// Public messages as JSON with short manifests, so that a rename in C# does not change the wire. A family's reply inside another message
/// carries its manifest as a discriminator. No type name is ever read from the wire.
/// </summary>
internal sealed class MessageSerializer : SerializerWithStringManifest
{
    private static readonly Dictionary<string, Type> Types = new(StringComparer.Ordinal)
    {
        ["get"] = typeof(CacheProtocol.Get),
        ["get-and-touch"] = typeof(CacheProtocol.GetAndTouch),
        ["get-many"] = typeof(CacheProtocol.GetMany),
        ["set"] = typeof(CacheProtocol.Set),
        ["store"] = typeof(CacheProtocol.Store),
        ["set-many"] = typeof(CacheProtocol.SetMany),
        ["delete"] = typeof(CacheProtocol.Delete),
        ["delete-many"] = typeof(CacheProtocol.DeleteMany),
        ["touch"] = typeof(CacheProtocol.Touch),
        ["invalidate"] = typeof(CacheProtocol.Invalidate),
        ["invalidate-namespace"] = typeof(CacheProtocol.InvalidateNamespace),
        ["invalidate-tag"] = typeof(CacheProtocol.InvalidateTag),
        ["invalidate-tags"] = typeof(CacheProtocol.InvalidateTags),
        ["increment"] = typeof(CacheProtocol.Increment),
        ["decrement"] = typeof(CacheProtocol.Decrement),
        ["flush-all"] = typeof(CacheProtocol.FlushAll),
        ["stats"] = typeof(CacheProtocol.Stats),
        ["version"] = typeof(CacheProtocol.Version),
        ["get.hit"] = typeof(GetReply.Hit),
        ["get.miss"] = typeof(GetReply.Miss),
        ["get.unavailable"] = typeof(GetReply.Unavailable),
        ["get-many.reply"] = typeof(GetManyReply),
        ["store.stored"] = typeof(StoreReply.Stored),
        ["store.not-stored"] = typeof(StoreReply.NotStored),
        ["store.exists"] = typeof(StoreReply.Exists),
        ["store.not-found"] = typeof(StoreReply.NotFound),
        ["store.refused"] = typeof(StoreReply.Refused),
        ["store.unavailable"] = typeof(StoreReply.Unavailable),
        ["store-many.reply"] = typeof(StoreManyReply),
        ["counter.counted"] = typeof(CounterReply.Counted),
        ["counter.not-found"] = typeof(CounterReply.NotFound),
        ["counter.refused"] = typeof(CounterReply.Refused),
        ["counter.unavailable"] = typeof(CounterReply.Unavailable),
        ["flush-all.result"] = typeof(FlushResult),
        ["stats.result"] = typeof(StatsResult),
        ["version.result"] = typeof(VersionResult),
        ["control.set-topology"] = typeof(ControlProtocol.SetTopology),
        ["control.eject"] = typeof(ControlProtocol.Eject),
        ["control.reinstate"] = typeof(ControlProtocol.Reinstate),
        ["control.get-status"] = typeof(ControlProtocol.GetStatus),
        ["control.done"] = typeof(ControlReply.Done),
        ["control.refused"] = typeof(ControlReply.Refused),
        ["snapshot"] = typeof(CacheSnapshot),
        ["event.up"] = typeof(ServerEvent.Up),
        ["event.suspected"] = typeof(ServerEvent.Suspected),
        ["event.ejected"] = typeof(ServerEvent.Ejected),
        ["event.rejected"] = typeof(ServerEvent.Rejected),
        ["event.reinstated"] = typeof(ServerEvent.Reinstated),
        ["event.journal-overflowed"] = typeof(ServerEvent.JournalOverflowed),
        ["event.kept-out"] = typeof(ServerEvent.KeptOut),
        ["event.no-server-alive"] = typeof(ServerEvent.NoServerAlive),
        ["event.topology-changed"] = typeof(ServerEvent.TopologyChanged),
    };

    private static readonly Dictionary<Type, string> Manifests = Types.ToDictionary(entry => entry.Value, entry => entry.Key);

    private static readonly JsonSerializerOptions Json = new()
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { NameFamilies } },
    };

    public MessageSerializer(ExtendedActorSystem system) : base(system) { }

    /// <summary>The messages there are.</summary>
    internal static IReadOnlyCollection<Type> Messages => Manifests.Keys;

    public override string Manifest(object o) => Manifests.TryGetValue(o.GetType(), out var manifest)
        ? manifest
        : throw new ArgumentException($"{o.GetType()} is not a message of ActorCache.", nameof(o));

    public override byte[] ToBinary(object obj) => JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType(), Json);

    public override object FromBinary(byte[] bytes, string manifest) => Types.TryGetValue(manifest, out var type)
        ? JsonSerializer.Deserialize(bytes, type, Json) ?? throw new System.Runtime.Serialization.SerializationException($"\"{manifest}\" was null.")
        : throw new System.Runtime.Serialization.SerializationException($"\"{manifest}\" is not a message of this version of ActorCache.");

    private static void NameFamilies(JsonTypeInfo info)
    {
        if (info.Type != typeof(GetReply) && info.Type != typeof(StoreReply)) return;
        info.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "$" };
        foreach (var (manifest, type) in Types.Where(entry => entry.Value.BaseType == info.Type))
            info.PolymorphismOptions.DerivedTypes.Add(new JsonDerivedType(type, manifest));
    }
}
