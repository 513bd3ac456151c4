using System.Text;

namespace ActorCache.Protocol.Tests;

/// <summary>A reply copied out of its buffer, so that it can be kept and compared. Bytes are shown one to a character.</summary>
internal sealed record ReplyCopy(ReplyCode Code, string Value, string Text, string Key, int Opaque, ulong Cas, uint ClientFlags,
    long? TimeToLive, long? Size, bool Won, bool Stale, bool WonByAnother, BinaryOpcode? Opcode = null, ulong? Count = null)
{
    public static ReplyCopy Of(in Reply reply) => new(reply.Code, Show(reply.Value), Show(reply.Text), Show(reply.Key), reply.Opaque,
        reply.Cas, reply.ClientFlags, reply.TimeToLive, reply.Size, reply.Won, reply.Stale, reply.WonByAnother, reply.Opcode, reply.Count);

    /// <summary>A reply with nothing but its code.</summary>
    public static ReplyCopy Bare(ReplyCode code) => new(code, "", "", "", -1, 0, 0, null, null, false, false, false);

    /// <summary>The one reply that these bytes are, in the meta dialect unless said.</summary>
    public static ReplyCopy Read(string bytes, Reader? reader = null)
    {
        var input = Encoding.Latin1.GetBytes(bytes);
        Assert.True((reader ?? ReplyReader.TryRead)(input, out var reply, out var consumed, out _), $"not a whole reply: {bytes}");
        Assert.Equal(input.Length, consumed);
        return Of(in reply);
    }

    private static string Show(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
