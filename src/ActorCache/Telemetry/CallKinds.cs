using ActorCache.Protocol;

namespace ActorCache;

/// <summary>The names of calls: <c>db.operation.name</c>. memcached's own words where it has one for the whole call.</summary>
internal static class CallKinds
{
    private static readonly string[] Names =
    [
        "", "get", "gat", "get_or_create", "set", "add", "replace", "append", "prepend", "cas", "delete", "touch", "incr", "decr",
        "invalidate", "invalidate_tag", "invalidate_namespace", "flush_all", "stats", "version",
    ];

    // As the conventions write it: "BATCH " before the name of what there are many of.
    private static readonly string[] BatchNames = Array.ConvertAll(Names, name => $"BATCH {name}");

    /// <summary>How many there are, <see cref="CallKind.None"/> among them.</summary>
    public static int Count => Names.Length;

    public static string Name(this CallKind kind, bool isBatch = false) => (isBatch ? BatchNames : Names)[(int)kind];

    /// <summary>What a store is called.</summary>
    public static CallKind Of(StoreMode mode, ulong? cas) => mode switch
    {
        _ when cas is not (null or 0) => CallKind.Cas,
        StoreMode.Add => CallKind.Add,
        StoreMode.Replace => CallKind.Replace,
        StoreMode.Append => CallKind.Append,
        StoreMode.Prepend => CallKind.Prepend,
        _ => CallKind.Set,
    };
}
