using System.Buffers;
using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>The same request in each dialect, by the one name that callers use.</summary>
public sealed class RequestsTests
{
    private const ushort Opaque = 7;

    public static TheoryData<string, string[]> InEachDialect => new()
    {
        { "get", ["mg k v f k c O7\r\n", "gets k\r\n", BinaryFrame.Request(BinaryFrame.GetK, Opaque, "k")] },
        { "touch", ["mg k k c O7 T60\r\n", "touch k 60\r\n", BinaryFrame.Request(BinaryFrame.Touch, Opaque, "k", extras: "\0\0\0\u003c")] },
        {
            "store", ["ms k 1 O7 T60 F5 C9 MR\r\nv\r\n", "cas k 5 60 1 9\r\nv\r\n",
                BinaryFrame.Request(BinaryFrame.Set, Opaque, "k", extras: "\0\0\0\u0005\0\0\0\u003c", value: "v", cas: 9)]
        },
        { "delete", ["md k O7\r\n", "delete k\r\n", BinaryFrame.Request(BinaryFrame.Delete, Opaque, "k")] },
        { "noop", ["mn\r\n", "get actorcache-probe\r\n", BinaryFrame.Request(BinaryFrame.NoOp, Opaque)] },
        { "version", ["version\r\n", "version\r\n", BinaryFrame.Request(BinaryFrame.Version, Opaque)] },
        { "stats", ["stats items\r\n", "stats items\r\n", BinaryFrame.Request(BinaryFrame.Stat, Opaque, "items")] },
        { "flush", ["flush_all 60\r\n", "flush_all 60\r\n", BinaryFrame.Request(BinaryFrame.Flush, Opaque, extras: "\0\0\0\u003c")] },
    };

    [Theory]
    [MemberData(nameof(InEachDialect))]
    public void A_request_is_said_in_the_dialect_that_is_spoken(string request, string[] said)
    {
        Dialect[] dialects = [Dialect.Meta, Dialect.Classic, Dialect.Binary];
        Assert.Equal(said, dialects.Select(dialect => Written(request, dialect)));
    }

    [Fact]
    public void Which_modes_compare_a_version_depends_on_the_dialect()
    {
        Assert.All(Enum.GetValues<StoreMode>(), mode => Assert.True(Requests.HasCas(Dialect.Meta, mode)));
        Assert.Equal([StoreMode.Set, StoreMode.Replace], Enum.GetValues<StoreMode>().Where(mode => Requests.HasCas(Dialect.Classic, mode)));
        Assert.Equal([StoreMode.Set, StoreMode.Replace, StoreMode.Append, StoreMode.Prepend], Enum.GetValues<StoreMode>().Where(mode => Requests.HasCas(Dialect.Binary, mode)));
    }

    private static string Written(string request, Dialect dialect)
    {
        var to = new ArrayBufferWriter<byte>();
        switch (request)
        {
            case "get": Requests.Get(to, dialect, "k"u8, Opaque); break;
            case "touch": Requests.Touch(to, dialect, "k"u8, Opaque, 60); break;
            case "store": Requests.Store(to, dialect, "k"u8, Opaque, new ReadOnlySequence<byte>("v"u8.ToArray()), StoreMode.Replace, 60, 5, 9); break;
            case "delete": Requests.Delete(to, dialect, "k"u8, Opaque); break;
            case "noop": Requests.NoOp(to, dialect, Opaque); break;
            case "version": Requests.Version(to, dialect, Opaque); break;
            case "stats": Requests.Stats(to, dialect, Opaque, "items"); break;
            default: Requests.FlushAll(to, dialect, Opaque, 60); break;
        }
        return Encoding.Latin1.GetString(to.WrittenSpan);
    }
}
