using System.Buffers;

namespace ActorCache.Protocol;

/// <summary>
/// Writes the requests of memcached's classic text protocol (protocol.txt, "Storage commands" and on), one method per command, for servers
/// and proxies that know no other. Replies carry no opaque here: only their order, their shape and the key of a value tell whose they are, so
/// <c>noreply</c> is never used. Keys are taken as checked (<see cref="CacheKey"/>). <c>version</c>, <c>stats</c> and <c>flush_all</c> are the
/// same words in both dialects: see <see cref="MetaRequests"/>.
/// </summary>
public static class ClassicRequests
{
    // Longest head: command, key, and the longest numbers. One GetSpan per request.
    private const int MaxHead = 8 + CacheKey.MaxLength + 80;

    private const string NoCredential = "A user's name or password is empty, or has a space or a control character in it.";

    /// <summary>The key that nobody stores: a read of it is what every server and every proxy answers.</summary>
    public static ReadOnlySpan<byte> ProbeKey => "actorcache-probe"u8;

    /// <summary><c>get &lt;key&gt;</c> of <see cref="ProbeKey"/>: answered by whatever executes commands. There is no <c>mn</c> in this dialect.</summary>
    public static void Probe(IBufferWriter<byte> output) => output.Write("get actorcache-probe\r\n"u8);

    /// <summary>
    /// Who is there, for a server started with <c>-Y authfile</c> (protocol.txt, "Authentication"): a <c>set</c> whose data are the user and the password,
    /// in UTF-8; STORED is yes. Its key says whose it is, and its time is over at once: what does not know this for an introduction keeps no password.
    /// </summary>
    /// <exception cref="ArgumentException">One is empty, or has a space or a control character in it. The message shows neither.</exception>
    public static void Authenticate(IBufferWriter<byte> output, string username, string password)
    {
        if (!IsCredential(username)) throw new ArgumentException(NoCredential, nameof(username));
        if (!IsCredential(password)) throw new ArgumentException(NoCredential, nameof(password));
        var data = System.Text.Encoding.UTF8.GetBytes($"{username} {password}");
        Store(output, "actorcache-auth"u8, new ReadOnlySequence<byte>(data), exptime: -1);
    }

    /// <summary>Whether a text can be a user's name or password: the line has no other end, and no other space.</summary>
    public static bool IsCredential(string? text) => text is { Length: > 0 } && !text.Any(static c => c <= ' ' || char.IsControl(c) || char.IsSurrogate(c));

    /// <summary><c>config get cluster</c>: what servers ElastiCache's configuration endpoint knows of. Read by <see cref="ClusterReplyReader"/>.</summary>
    public static void Cluster(IBufferWriter<byte> output) => output.Write("config get cluster\r\n"u8);

    /// <summary><c>get</c> or, with the item's version, <c>gets &lt;key&gt;</c>; <c>gat</c> or <c>gats &lt;exptime&gt; &lt;key&gt;</c> when it is touched.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="withCas">Whether the reply is to carry the item's version.</param>
    /// <param name="exptime">The item's new expiration time; null leaves it. Unknown to older servers, and to twemproxy, which hangs up.</param>
    public static void Get(IBufferWriter<byte> output, ReadOnlySpan<byte> key, bool withCas = true, int? exptime = null)
    {
        var line = new Line(output.GetSpan(MaxHead));
        if (exptime is { } t)
        {
            line.Number(withCas ? "gats "u8 : "gat "u8, t);
            line.Text(" "u8);
        }
        else line.Text(withCas ? "gets "u8 : "get "u8);
        line.ClassicKey(key);
        line.End(output);
    }

    /// <summary><c>touch &lt;key&gt; &lt;exptime&gt;</c>.</summary>
    public static void Touch(IBufferWriter<byte> output, ReadOnlySpan<byte> key, int exptime)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("touch "u8);
        line.ClassicKey(key);
        line.Number(" "u8, exptime);
        line.End(output);
    }

    /// <summary><c>&lt;command&gt; &lt;key&gt; &lt;flags&gt; &lt;exptime&gt; &lt;bytes&gt; [&lt;cas unique&gt;]</c> and the data block.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="value">The data block; copied before this returns.</param>
    /// <param name="mode">The command: <c>set</c>, <c>add</c>, <c>replace</c>, <c>append</c> or <c>prepend</c>.</param>
    /// <param name="exptime">memcached's expiration time (<see cref="Expiration"/>); 0 is never.</param>
    /// <param name="clientFlags">32 bits stored beside the value for the client's use.</param>
    /// <param name="cas">Store only if the item still has this version: the command is <c>cas</c> then. 0 for no check.</param>
    /// <exception cref="ArgumentException">A version is given for a mode that has no such check in this dialect; see <see cref="HasCas"/>.</exception>
    public static void Store(IBufferWriter<byte> output, ReadOnlySpan<byte> key, in ReadOnlySequence<byte> value,
        StoreMode mode = StoreMode.Set, int exptime = 0, uint clientFlags = 0, ulong cas = 0)
    {
        if (cas != 0 && !HasCas(mode)) throw new ArgumentException($"There is no {mode} of one version in the classic dialect.", nameof(mode));
        var line = new Line(output.GetSpan(MaxHead));
        line.Text(cas != 0 ? "cas "u8 : Command(mode));
        line.ClassicKey(key);
        line.Number(" "u8, clientFlags);
        line.Number(" "u8, exptime);
        line.Number(" "u8, value.Length);
        if (cas != 0) line.Number(" "u8, cas);
        line.End(output);
        Line.Block(output, value);
    }

    /// <summary>Whether a store in this mode may ask for a version: <c>cas</c> replaces what is there, and does nothing else.</summary>
    public static bool HasCas(StoreMode mode) => mode is StoreMode.Set or StoreMode.Replace;

    /// <summary><c>delete &lt;key&gt;</c>.</summary>
    public static void Delete(IBufferWriter<byte> output, ReadOnlySpan<byte> key)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text("delete "u8);
        line.ClassicKey(key);
        line.End(output);
    }

    /// <summary><c>incr</c> or <c>decr &lt;key&gt; &lt;value&gt;</c>: of a key that is there.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="key">A checked key.</param>
    /// <param name="delta">How much; the server wraps above 2^64 and stops at 0 below.</param>
    /// <param name="decrement">True for down.</param>
    public static void Arithmetic(IBufferWriter<byte> output, ReadOnlySpan<byte> key, ulong delta, bool decrement)
    {
        var line = new Line(output.GetSpan(MaxHead));
        line.Text(decrement ? "decr "u8 : "incr "u8);
        line.ClassicKey(key);
        line.Number(" "u8, delta);
        line.End(output);
    }

    private static ReadOnlySpan<byte> Command(StoreMode mode) => mode switch
    {
        StoreMode.Set => "set "u8,
        StoreMode.Add => "add "u8,
        StoreMode.Replace => "replace "u8,
        StoreMode.Append => "append "u8,
        StoreMode.Prepend => "prepend "u8,
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a store mode."),
    };
}
