using ActorCache.EmbeddedServer.Connections;
using ActorCache.EmbeddedServer.Statistics;
using ActorCache.EmbeddedServer.Storage;

namespace ActorCache.EmbeddedServer.Commands;

/// <summary>What the commands of one connection work with: the server's one memory, and the connection's own reply.</summary>
internal sealed class CommandContext(Incarnation server, ReplyBuffer reply)
{
    /// <summary>protocol.txt, "Keys": 250 bytes.</summary>
    public const int MaxKey = 250;

    // A client may announce any length. Up to this much of a value that is refused is read and thrown away, as memcached does with any
    // amount; a client that announces more is not going to send it, and keeps nothing but a connection busy.
    private const long MaxSwallow = 256 << 20;

    public Incarnation Server { get; } = server;

    public ItemStore Store { get; } = server.Store;

    public ServerClock Clock { get; } = server.Clock;

    public ServerStatistics Statistics { get; } = server.Statistics;

    public ReplyBuffer Reply { get; } = reply;

    /// <summary>Room for the key of the command at hand, if it came as base64.</summary>
    public byte[] DecodedKey { get; } = new byte[MaxKey];

    /// <summary>Where in the line a paused get goes on; 0 if it has not begun.</summary>
    public int ResumeAt { get; set; }

    /// <summary>Answers with one line, and is done with the command.</summary>
    public Step Answer(ReadOnlySpan<byte> line, bool noreply = false)
    {
        if (!noreply)
        {
            Reply.Line(line);
        }
        return Step.Done;
    }

    /// <summary>Answers with one line, and throws away the value that follows the command line.</summary>
    public Step Refuse(ReadOnlySpan<byte> line, long dataBytes, bool noreply = false)
    {
        Answer(line, noreply);
        return dataBytes > MaxSwallow ? Step.Close : Step.DoneWith(dataBytes);
    }
}
