using System.Net.Security;

namespace ActorCache;

/// <summary>
/// The knobs. Each can also be set in a connection string or in HOCON under its snake_case name (<c>connect_timeout=500ms</c>), and in
/// configuration under its own (<c>"ConnectTimeout": "500ms"</c>). Checked at start: every fault is listed with its fix.
/// </summary>
public sealed class ActorCacheOptions
{
    /// <summary>The pool, one entry a server: <c>host[:port][*weight]</c>, IPv6 in brackets, or <c>unix:/path</c>; <c>alias@host</c> with an alias. At least one.</summary>
    public IList<string> Servers { get; set; } = [];

    /// <summary>
    /// What <see cref="Servers"/> names. Default <see cref="ActorCache.Discovery.None"/>: the servers. Otherwise they say where servers are found, and a
    /// server is called on the ring what it is found as, <c>address:port</c> by DNS, <c>host:port</c> by ElastiCache.
    /// </summary>
    public Discovery Discovery { get; set; }

    /// <summary>
    /// How long after one answer it is asked again what servers there are; up to a third longer, at random. Sooner when that failed or a server was
    /// lost: after a second at the earliest. At least 100 ms; default 30 s.
    /// </summary>
    public TimeSpan DiscoveryInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>TCP connect, TLS and answered handshake of one attempt. Default 500 ms.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// How long one attempt of one operation waits for its answer before the operation moves on to the next server; and how long operations
    /// may be in flight with no byte arriving before their connection is given up. Default 500 ms.
    /// </summary>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Consecutive failed attempts to reach a server before it is ejected from the ring. At least 1; default 3.</summary>
    public int ServerMaxRetry { get; set; } = 3;

    /// <summary>The pause before the second attempt to reach a server; it doubles. Each is two to four thirds of that, at random. Default 100 ms.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest pause between attempts, none exceeds it. Default 30 s.</summary>
    public TimeSpan MaxRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The whole budget of one call, reroutes included. Default 2 s.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a connection must have served before the pauses start over at <see cref="RetryDelay"/>. Default 5 s.</summary>
    public TimeSpan ProvenAfter { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection may be quiet before it is asked for a sign of health. Default 5 s.</summary>
    public TimeSpan IdleProbe { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long shutdown waits for operations in flight. Default 2 s.</summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Operations in flight to one server at most; the next one is answered Overloaded at once. 1 to 65,535; default 16,384.</summary>
    public int MaxInFlight { get; set; } = 16_384;

    /// <summary>
    /// The longest value in bytes, as the servers' <c>-I</c>; a server that has said that it takes less is sent less. A longer one is answered TooLarge
    /// without being sent, and a set of it deletes what was there, as memcached does. A reply that announces a longer one ends its connection. 1 to
    /// 1 GiB; default 1 MiB, as memcached's.
    /// </summary>
    public int MaxValueBytes { get; set; } = 1 << 20;

    /// <summary>
    /// What the servers are spoken to in. Default <see cref="ActorCache.Dialect.Auto"/>: each in what it turns out to speak when it is dialled, meta if it
    /// can, never binary. A server that does not speak what is asked for here cannot be reached.
    /// </summary>
    public Dialect Dialect { get; set; }

    /// <summary>
    /// The user that is said to servers that ask who is there (<c>-Y authfile</c>; protocol.txt, "Authentication"; <c>-S</c>, SASL, with
    /// <see cref="ActorCache.Dialect.Binary"/>). No spaces, no control characters. Default: none.
    /// </summary>
    public string Username { get; set; } = "";

    /// <summary>
    /// The password of <see cref="Username"/>. It stands in no log, exception or printed option. No spaces, no control characters. From a reloaded
    /// configuration it is used at the next dial. Default: none.
    /// </summary>
    public string Password { get; set; } = "";

    /// <summary>A file with the password, on one line, in place of <see cref="Password"/>. It is read at every dial. Default: none.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>
    /// Whether the password may go over the network without TLS. Default false: a server on another machine is not spoken to then. Loopback and Unix
    /// sockets need no leave.
    /// </summary>
    public bool AllowCleartextPassword { get; set; }

    /// <summary>
    /// Whether servers are spoken to over TLS, 1.2 or later (memcached's <c>-Z</c>), with the platform's validation. Default false. There is none over Unix
    /// sockets.
    /// </summary>
    public bool Tls { get; set; }

    /// <summary>
    /// What the certificates of all servers must be for. Default: each server's own host, name or address, as it stands in <see cref="Servers"/>. Needed with
    /// <see cref="ActorCache.Discovery.Dns"/>, which finds addresses.
    /// </summary>
    public string TlsServerName { get; set; } = "";

    /// <summary>A PEM file of certificates that are trusted instead of the machine's roots. It is read at every dial. Default: the machine's roots.</summary>
    public string TlsCaFile { get; set; } = "";

    /// <summary>
    /// A PEM file with our own certificate, for servers that ask for one, and with those that lead from it to a root. It is read at every dial. Default: none.
    /// </summary>
    public string TlsCertificateFile { get; set; } = "";

    /// <summary>The PEM file with the key of <see cref="TlsCertificateFile"/>. Default: the key is in that file too.</summary>
    public string TlsKeyFile { get; set; } = "";

    /// <summary>
    /// Has the last word on each dial's TLS, for what text cannot say: a certificate from a store, an own validation, revocation
    /// (<c>tls.CertificateChainPolicy!.RevocationMode</c>). Set in code; default null.
    /// </summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; set; }

    /// <summary>What a call does whose server has just been lost and may be back in a moment. Default <see cref="ActorCache.WhileSuspect.Reroute"/>.</summary>
    public WhileSuspect WhileSuspect { get; set; } = WhileSuspect.Reroute;

    /// <summary>When a server that was ejected and answers again gets its keys back. Default <see cref="ActorCache.Failback.Delayed"/>.</summary>
    public Failback Failback { get; set; } = Failback.Delayed;

    /// <summary>
    /// How long a server that returns must have been healthy before it gets its keys back, with <see cref="ActorCache.Failback.Delayed"/>. Doubles with
    /// every further loss in short succession. Default 5 s.
    /// </summary>
    public TimeSpan HoldDown { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest <see cref="HoldDown"/> of a server that flaps. Default 5 minutes.</summary>
    public TimeSpan MaxHoldDown { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the keys of a server that returns take to go back to it, a tenth of them at a time, so that it is not met by all callers at once.
    /// Zero: all at once. Default 2 s.
    /// </summary>
    public TimeSpan RampUp { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>What becomes of the values that a returning server still holds from before. Default <see cref="ActorCache.OnRejoin.Replay"/>.</summary>
    public OnRejoin OnRejoin { get; set; } = OnRejoin.Replay;

    /// <summary>How many keys the journal remembers for one server; beyond, that server is flushed before it serves again. Default 100,000.</summary>
    public int JournalMaxKeys { get; set; } = 100_000;

    /// <summary>How many bytes of memory the journal takes for one server; beyond, as with <see cref="JournalMaxKeys"/>. Default 16 MiB.</summary>
    public long JournalMaxBytes { get; set; } = 16 << 20;

    /// <summary>The longest time to live that a value gets on a server that only stands in for the key's owner. At least 1 s; default 10 minutes.</summary>
    public TimeSpan StandInTtl { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Attempts that got no answer in time and are sent to a further server, as a share of all calls; beyond, such a call ends TimedOut. It keeps a pool
    /// that is slow everywhere from getting every call once per server. 0 to 1; default 0.1.
    /// </summary>
    public double RetryBudget { get; set; } = 0.1;

    /// <summary>
    /// The share of a time to live that is taken off at random, so that what was stored together does not expire together; never longer than asked.
    /// 0 to 1; default 0.
    /// </summary>
    public double TtlJitter { get; set; }

    /// <summary>
    /// How keys are placed on servers: the client that the pool is shared with, in a word of <see cref="Placement.Distribution.Names"/>. Default
    /// <c>ketama</c>, as libmemcached does with weights.
    /// </summary>
    public string Distribution { get; set; } = "ketama";

    /// <summary>
    /// Only what stands in the first <c>{...}</c> of a key decides its place, so that <c>{user:1}:a</c> and <c>{user:1}:b</c> lie on one server.
    /// Default false: other clients do not do so.
    /// </summary>
    public bool HashTags { get; set; }

    /// <summary>
    /// What every key of this cache begins with on the servers, counted in memcached's 250 bytes; 200 bytes at most. It is used as it is: end it
    /// with a delimiter, or the prefix "a" with the key "bc" is the prefix "ab" with the key "c". Default: none.
    /// </summary>
    public string KeyPrefix { get; set; } = "";

    /// <summary>What becomes of a key that memcached does not take. Default <see cref="ActorCache.KeyPolicy.Strict"/>: it throws.</summary>
    public KeyPolicy KeyPolicy { get; set; }

    /// <summary>What becomes of a value that is larger than the servers keep in one item. Default <see cref="ActorCache.LargeValues.Refuse"/>: it is TooLarge.</summary>
    public LargeValues LargeValues { get; set; }

    /// <summary>The longest value that is stored, or read, in parts, in bytes; a longer one is TooLarge. 1 to 1 GiB; default 64 MiB.</summary>
    public int MaxLargeValueBytes { get; set; } = 64 << 20;

    /// <summary>What the low 16 bits of the client flags say to other clients. Default <see cref="ActorCache.FlagConvention.Plain"/>: nothing.</summary>
    public FlagConvention FlagConvention { get; set; }

    /// <summary>
    /// What values are compressed with: <c>None</c> (default), <c>Deflate</c> (zlib's format), <c>Brotli</c>, or the name of one of
    /// <see cref="Compressors"/>. What is read is decompressed with whatever it was compressed with.
    /// </summary>
    public string Compression { get; set; } = "None";

    /// <summary>Values of fewer bytes are not compressed, and one that would not get shorter is not either. Default 4096.</summary>
    public int CompressionThreshold { get; set; } = 4096;

    /// <summary>
    /// What a compressed value may come to, in bytes; beyond, reading it throws <see cref="CacheValueException"/> before so much is allocated.
    /// 1 to 1 GiB; default 64 MiB.
    /// </summary>
    public int MaxDecompressedBytes { get; set; } = 64 << 20;

    /// <summary>
    /// What turns values into bytes that are neither bytes, nor text, nor integers. Set in code, or registered as a service; null for
    /// <see cref="JsonCacheSerializer.Default"/>. What JSON has written is read whatever this is.
    /// </summary>
    public ICacheSerializer? Serializer { get; set; }

    /// <summary>Compressors beyond those in the box, to read with and, named by <see cref="Compression"/>, to write with. Set in code, or registered as services.</summary>
    public IList<ICacheCompressor> Compressors { get; set; } = [];

    /// <summary>What could not be read where the options came from; reported with the other faults.</summary>
    internal List<string> Unreadable { get; } = [];

    /// <summary>
    /// Reads a connection string: <c>cache-1:11211,cache-2:11211*2;connect_timeout=500ms</c>. What it does not name is as by default. Values that can
    /// be read and make no sense are found when a cache starts with them.
    /// </summary>
    /// <exception cref="FormatException">Something in it cannot be read; each fault is listed with its fix, without secrets.</exception>
    public static ActorCacheOptions Parse(string connectionString)
    {
        ArgumentNullException.ThrowIfNull(connectionString);
        var options = new ActorCacheOptions();
        OptionSources.ReadConnectionString(options, connectionString);
        return options.Unreadable.Count == 0 ? options : throw new FormatException(string.Join(" ", options.Unreadable));
    }

    /// <summary>
    /// The options as a connection string that <see cref="Parse"/> reads back, secrets included: whatever is not as by default, the servers first. What
    /// can only be set in code (<see cref="Serializer"/>, <see cref="Compressors"/>) is not in it. <see cref="ToString"/> is the one to print.
    /// </summary>
    public string ToConnectionString() => ConnectionString.Write(this, withSecrets: true);

    /// <summary>As <see cref="ToConnectionString"/>, with <c>***</c> in place of secrets.</summary>
    public override string ToString() => ConnectionString.Write(this, withSecrets: false);
}
