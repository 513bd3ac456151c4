using System.Collections;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace ActorCache.Tests;

/// <summary>Every public message comes back from the wire as it went.</summary>
public class MessageSerializerTests() : ActorTest
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));
    private static readonly CacheSnapshot Snapshot = new("orders", 7, "ketama", "0123456789abcdef",
        [new ServerSnapshot("a:11211", 3, ServerState.Suspect, At, "Lost: gone", 2, 0.1 + 0.2, 17, 5, 1L << 40, true, Dialect.Classic)]);

    /// <summary>One of every message.</summary>
    internal static readonly object[] All =
    [
        new CacheProtocol.Get("grün"), new CacheProtocol.GetMany(["x", "y"]),
        new CacheProtocol.Set("x", new byte[] { 0, 255 }, TimeSpan.FromTicks(12345)),
        new CacheProtocol.GetAndTouch("x", TimeSpan.FromDays(400)),
        new CacheProtocol.Store("x", new byte[] { 0, 255 }, StoreMode.Replace, ulong.MaxValue, TimeSpan.FromTicks(12345), ["red", "grün"]),
        new CacheProtocol.SetMany(new Dictionary<string, ReadOnlyMemory<byte>> { ["grün"] = new byte[] { 0, 255 }, ["y"] = default }, TimeSpan.FromSeconds(1)),
        new CacheProtocol.Invalidate("x", TimeSpan.FromSeconds(30)), new CacheProtocol.InvalidateNamespace("users"), new CacheProtocol.InvalidateTag("grün"), new CacheProtocol.InvalidateTags(["red", "grün"]),
        new CacheProtocol.Delete("x"), new CacheProtocol.DeleteMany(["x", "y"]), new CacheProtocol.Touch("x", TimeSpan.FromDays(400)),
        new CacheProtocol.Increment("x", ulong.MaxValue, ulong.MaxValue - 1, TimeSpan.FromSeconds(1)),
        new CacheProtocol.Decrement("x", ulong.MaxValue, ulong.MaxValue - 1, TimeSpan.FromSeconds(1)),
        new CacheProtocol.FlushAll(TimeSpan.FromMilliseconds(1), "a:11211"),
        new CacheProtocol.Stats(StatsGroup.Slabs, "a:11211"), new CacheProtocol.Version("a:11211"),
        new GetReply.Hit("x", [0, 1, 255], ulong.MaxValue, "a", true), new GetReply.Miss("x", "a"),
        new GetReply.Unavailable("x", CacheOutcome.TimedOut),
        new GetManyReply(new Dictionary<string, GetReply>
        {
            ["x"] = new GetReply.Hit("x", [1], 9, "a", true), ["y"] = new GetReply.Miss("y", "b"),
            ["z"] = new GetReply.Unavailable("z", CacheOutcome.Overloaded),
        }),
        new StoreReply.Stored("x", "a"), new StoreReply.NotStored("x", "a"), new StoreReply.Exists("x", "a"), new StoreReply.NotFound("x", "a"),
        new StoreReply.Refused("x", CacheOutcome.TooLarge, "a"),
        new StoreReply.Unavailable("x", CacheOutcome.TimedOut, true),
        new StoreManyReply(new Dictionary<string, StoreReply>
        {
            ["a"] = new StoreReply.Stored("a", "s"), ["b"] = new StoreReply.NotStored("b", "s"), ["c"] = new StoreReply.Exists("c", "s"), ["d"] = new StoreReply.NotFound("d", "s"),
            ["e"] = new StoreReply.Refused("e", CacheOutcome.ServerError, "s"), ["f"] = new StoreReply.Unavailable("f", CacheOutcome.Unavailable, true),
        }),
        new FlushResult(new Dictionary<string, CacheOutcome> { ["a"] = CacheOutcome.Stored, ["b"] = CacheOutcome.TimedOut }),
        new StatsResult(StatsGroup.Settings, new Dictionary<string, ServerStats>
        {
            ["a"] = new(CacheOutcome.Hit, new Dictionary<string, string> { ["inter"] = "127.0.0.1, [::1]", ["empty"] = "" }),
            ["b"] = new(CacheOutcome.Unavailable, new Dictionary<string, string>()),
        }),
        new VersionResult(new Dictionary<string, ServerVersion> { ["a"] = new(CacheOutcome.Hit, "1.6.18"), ["b"] = new(CacheOutcome.TimedOut, null) }),
        new CounterReply.Counted("x", ulong.MaxValue, "a"), new CounterReply.NotFound("x", "a"),
        new CounterReply.Refused("x", CacheOutcome.NotANumber, "a"),
        new CounterReply.Unavailable("x", CacheOutcome.TimedOut, true),
        new ControlProtocol.SetTopology(["a", "b*2"]), new ControlProtocol.Eject("a"), new ControlProtocol.Reinstate("a"),
        new ControlProtocol.GetStatus(),
        new ControlReply.Done(Snapshot), new ControlReply.Refused("no"), Snapshot,
        new ServerEvent.Up("orders", "a", At, 2), new ServerEvent.Suspected("orders", "a", At, 3, "gone"),
        new ServerEvent.Ejected("orders", "a", At, 4, "refused"),
        new ServerEvent.Reinstated("orders", "a", At, 5), new ServerEvent.JournalOverflowed("orders", "a", At, 8),
        new ServerEvent.KeptOut("orders", "a", At, 9, "refuses flush_all"), new ServerEvent.Rejected("orders", "a", At, 10, "it refuses the user"), new ServerEvent.NoServerAlive("orders", At, 6),
        new ServerEvent.TopologyChanged("orders", At, 7, ["a"], ["b"], ["c"]),
    ];

    public static TheoryData<string> Names => [.. All.Select(message => message.GetType().FullName!)];

    [Fact]
    public void Every_message_that_there_is_has_its_row_and_its_manifest()
    {
        var messages = typeof(IActorCacheMessage).Assembly.GetTypes()
            .Where(type => type.IsAssignableTo(typeof(IActorCacheMessage)) && !type.IsAbstract).Select(type => type.FullName).Order().ToList();
        Assert.Equal(messages, All.Select(message => message.GetType().FullName).Order());
        Assert.Equal(messages, MessageSerializer.Messages.Select(type => type.FullName).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_message_comes_back_as_it_went(string name)
    {
        var message = All.Single(message => message.GetType().FullName == name);
        var serializer = Assert.IsType<MessageSerializer>(Serializer(message));
        Assert.Equal(11211, serializer.Identifier);
        var back = serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message));
        Assert.IsType(message.GetType(), back);
        Assert.Equal(Describe(message), Describe(back));
        Assert.DoesNotContain("ActorCache", serializer.Manifest(message), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_left_out_comes_back_left_out()
    {
        object[] messages =
        [
            new CacheProtocol.Set("x", default), new CacheProtocol.Increment("x"), new CacheProtocol.Store("x", default), new CacheProtocol.Decrement("x"),
            new CacheProtocol.SetMany(new Dictionary<string, ReadOnlyMemory<byte>>()), new CacheProtocol.FlushAll(), new CacheProtocol.Stats(), new CacheProtocol.Version(),
            new ControlReply.Done(Snapshot with { Servers = [Snapshot.Servers[0] with { Cause = null }] }),
        ];
        foreach (var message in messages)
        {
            var serializer = (MessageSerializer)Serializer(message);
            Assert.Equal(Describe(message), Describe(serializer.FromBinary(serializer.ToBinary(message), serializer.Manifest(message))));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("get.hti")]
    [InlineData("System.Diagnostics.Process, System.Diagnostics.Process")]
    public void An_unknown_manifest_is_refused(string manifest)
    {
        var refused = Assert.Throws<SerializationException>(() => ((MessageSerializer)Serializer(All[0])).FromBinary("{}"u8.ToArray(), manifest));
        Assert.Contains($"\"{manifest}\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bytes_that_are_no_message_throw_and_null_is_refused()
    {
        var serializer = (MessageSerializer)Serializer(All[0]);
        Assert.ThrowsAny<Exception>(() => serializer.FromBinary("{"u8.ToArray(), "get"));
        Assert.Throws<SerializationException>(() => serializer.FromBinary("null"u8.ToArray(), "get"));
        Assert.Throws<ArgumentException>(() => serializer.Manifest("a string"));
    }

    [Theory]
    [InlineData(typeof(GetManyReply), "get.hit")]
    [InlineData(typeof(StoreManyReply), "store.not-stored")]
    public void A_reply_inside_another_names_its_case_and_no_type(Type type, string manifest)
    {
        var many = All.Single(message => message.GetType() == type);
        var text = Encoding.UTF8.GetString(Serializer(many).ToBinary(many));
        Assert.Contains($"\"$\":\"{manifest}\"", text, StringComparison.Ordinal);
        Assert.DoesNotContain("ActorCache", text, StringComparison.Ordinal);
    }

    private Serializer Serializer(object message) => Sys.Serialization.FindSerializerFor(message);

    /// <summary>Everything a message says, in words.</summary>
    private static string Describe(object? value) => value switch
    {
        null => "null",
        string or DateTimeOffset or TimeSpan or Enum => $"{value}",
        _ when value.GetType().IsPrimitive => FormattableString.Invariant($"{value}"),
        byte[] bytes => Convert.ToHexString(bytes),
        ReadOnlyMemory<byte> bytes => Convert.ToHexString(bytes.Span),
        // A dictionary's entries come in no order.
        IEnumerable list when list.GetType().GetInterfaces().Any(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyDictionary<,>)) =>
            $"{{{string.Join(",", list.Cast<object>().Select(Describe).Order(StringComparer.Ordinal))}}}",
        IEnumerable list => $"[{string.Join(",", list.Cast<object>().Select(Describe))}]",
        _ => $"{value.GetType().Name}({string.Join(",", Properties(value))})",
    };

    private static IEnumerable<string> Properties(object value) => value.GetType().GetProperties()
        .OrderBy(property => property.Name).Select(property => $"{property.Name}:{Describe(property.GetValue(value))}");
}
