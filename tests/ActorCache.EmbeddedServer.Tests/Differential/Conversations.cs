namespace ActorCache.EmbeddedServer.Tests.Differential;

/// <summary>Conversations picked by hand: one a line, good and bad, each on an empty memory.</summary>
internal static class Conversations
{
    private static readonly string _longKey = new('k', 250);
    private static readonly string _tooLongKey = new('k', 251);

    public static IEnumerable<string> All => [.. Retrieval, .. Storage, .. OneKey, .. Meta, .. Leases, .. Server, .. Limits];

    /// <summary>
    /// Conversations of which each command must be answered before the next is sent: memcached holds on to items whose value it has not sent
    /// yet, and then treats a counter as if it had grown wider.
    /// </summary>
    public static IEnumerable<string[]> InSteps =>
    [
        ["ma n N100 J5", "md n I", "mg n v", "ma n v", "mg n v h", "ma n D10000 v", "mg n v h t"],
        ["set m 0 0 2\r\n10", "md m I", "decr m 1", "mg m v c", "mg m v c", "decr m 3 noreply", "mg m v h"],
        ["set w 0 0 1\r\n9", "mg w v", "mg w h", "incr w 1", "mg w v h", "decr w 5", "mg w v h s"],
        ["set k 0 0 1\r\nx", "mg k R10 T5", "mg k R10", "mg k R10", "touch k 0", "mg k R10 t"],
        ["set k 0 0 1\r\nx", "gets k", "append k 0 0 1\r\ny", "mg k h v c", "prepend k 0 0 1\r\nz", "mg k h v c", "md k I", "append k 0 0 1\r\n!", "mg k v"],
    ];

    private static IEnumerable<string> Retrieval =>
    [
        "get k", "get k kk k", "gets k", "get", "gets", "get ", "  get   k   kk  ", "get\tk", "GET k", "bget k", "get k HTTP/1.1",
        "set k 5 0 2\r\nhi\r\nget k\r\ngets k kk\r\n get k\r\nget k k k\r\nget k\0zzz\r\nget k\r",
        "gat", "gat 0", "gat x k", "gats 0", "gat 0 k kk", "gat 99999999999999999999 k",
        "set k 0 0 1\r\nx\r\nset kk 9 0 0\r\n\r\ngat 100 k nope kk\r\nmg k t\r\ngats 0 k kk\r\nmg k t\r\ngat -1 k\r\nget k",
        $"get {string.Join(' ', Enumerable.Range(0, 60).Select(i => $"key{i}"))}",
        $"set key40 0 0 1\r\nx\r\nget {string.Join(' ', Enumerable.Range(0, 60).Select(i => $"key{i}"))}",
        $"gat 0 {string.Join(' ', Enumerable.Range(0, 60).Select(i => $"key{i}"))}",
    ];

    private static IEnumerable<string> Storage =>
    [
        "set k 0 0 1\r\nx\r\nget k", "set k 0 0 0\r\n\r\nget k", "set", "set k", "set k 0", "set k 0 0", "set k 0 0 1 x y",
        "set k 0 0 1 foo\r\ny\r\nget k",
        "set k 0 0 1 noreply\r\ny\r\nget k", "set k 0 0 noreply\r\nget k", "set k 0 0 x noreply\r\nget k", "set k x 0 1\r\ny",
        "set k 0 x 1\r\ny", "set k 0 0 -1\r\ny",
        "set k 0 0 2147483646\r\ny", "set k 0 0 18446744073709551615\r\ny", "set k 0 0 2147483647\r\ny\r\nmn",
        "set k 4294967295 0 1\r\ny\r\nget k", "set k 4294967296 0 1\r\ny\r\nget k", "set k -1 0 1\r\ny", "set k -0 0 1\r\ny\r\nget k",
        "set k +5 0 1\r\ny\r\nget k",
        "set k 18446744073709551615 0 1\r\ny\r\nget k", "set k 18446744073709551616 0 1\r\ny", "set k 5x 0 1\r\ny", "set k 0x5 0 1\r\ny",
        "set k 5\t9 0 1\r\ny\r\nget k", "set k \t5 0 1\r\ny\r\nget k",
        "set k 0 0 3\r\nabcde\r\nget k", "set k 0 0 3\r\nabcdefgh\r\nmn", "set k 0 0 3\r\na\nget k", "set k 0 0 3 noreply\r\nabcde\r\nmn",
        "set k 0 0 3\r\nab", "set k 0 0 3\r\nabc", "set k 0 0 3\r\nabc\r",
        "set a\0b 0 0 1\r\nx\r\nget a", "set a\tb 0 0 1\r\nx\r\nget a\tb", "set \x01\x7f 0 0 1\r\nx\r\nget \x01\x7f",
        "set \x80\xff 0 0 1\r\nx\r\nget \x80\xff",
        "set k 0 0 6\r\n\r\nEND\r\r\nget k", "set k 0 0 5\r\nEND\r\n\r\nget k",
        "add k 0 0 1\r\na\r\nadd k 0 0 1\r\nb\r\nreplace k 0 0 1\r\nc\r\nreplace kk 0 0 1\r\nc\r\nappend k 5 5 1\r\nd\r\nprepend k 0 0 1\r\ne\r\ngets k\r\nappend kk 0 0 1\r\na\r\nprepend kk 0 0 1\r\na",
        "add k 7 0 1\r\na\r\nappend k 8 1 1\r\nb\r\nmg k f t v\r\nreplace k 0 50 1\r\nc\r\nmg k f t v",
        "cas k 0 0 1 1\r\nx", "cas k 0 0 1\r\nx", "cas k 0 0 1 x\r\ny", "cas k 0 0 1 0\r\nx", "cas", "cas k 0 0 1 1 noreply\r\nx\r\nmn",
        "set k 0 0 1\r\nx\r\ncas k 0 0 1 {cas+1}\r\ny\r\ngets k\r\ncas k 0 0 1 {cas+1}\r\nz\r\ncas k 0 0 1 0\r\nz\r\ncas k 3 0 1 {cas+2}\r\nw\r\ngets k",
        "set k 0 2592000 1\r\ny\r\nmg k t", "set k 0 2592001 1\r\ny\r\nget k", "set k 0 2147483647 1\r\ny\r\nget k",
        "set k 0 2147483648 1\r\ny\r\nget k", "set k 0 4294967297 1\r\ny\r\nmg k t",
        "set k 0 -1 1\r\ny\r\nget k", "set k 0 9223372036854775808 1\r\ny\r\nmn", "set k 0 9223372036854775807 1\r\ny\r\nget k",
        "set k 0 -9223372036854775809 1\r\ny\r\nmn", "set k 0 0 1\r\nx\r\nset k 0 -1 1\r\ny\r\nget k\r\nadd k 0 0 1\r\nz\r\nget k",
    ];

    private static IEnumerable<string> OneKey =>
    [
        "delete", "delete k", "set k 0 0 1\r\nx\r\ndelete k\r\ndelete k\r\nget k", "delete k 0", "delete k 1", "delete k noreply\r\nmn",
        "delete k 0 noreply\r\nmn", "delete k 0 x", "delete k 1 noreply\r\nmn", "delete k 0 noreply x",
        "touch", "touch k", "touch k 0", "touch k x", "touch k 0 noreply\r\nmn", "touch k 0 x",
        "set k 0 0 1\r\nx\r\ntouch k 50\r\nmg k t\r\ntouch k 0\r\nmg k t\r\ntouch k -1\r\nget k", "touch k 1 2 3",
        "incr", "incr k", "incr k 1", "decr k 1", "incr k x", "incr k -1", "incr k 18446744073709551616", "incr k 1 2", "incr k 1 2 3",
        "incr k 1 noreply\r\nmn", "decr k 1 noreply\r\nmn",
        "set n 0 0 1\r\n5\r\nincr n 1\r\nincr n 10\r\nget n\r\ndecr n 6\r\nget n\r\ndecr n 100\r\nget n\r\nincr n 1 noreply\r\ngets n",
        "set n 0 0 20\r\n18446744073709551615\r\nincr n 1\r\nget n\r\nincr n 18446744073709551615\r\nget n\r\ndecr n 18446744073709551614\r\nget n\r\ndecr n 5\r\nmg n s v",
        "set n 0 0 2\r\n5 \r\nincr n 1\r\nget n", "set n 0 0 3\r\n5 x\r\nincr n 1\r\nget n", "set n 0 0 2\r\n 5\r\nincr n 1\r\nget n",
        "set n 0 0 2\r\n-5\r\nincr n 1\r\nget n", "set n 0 0 2\r\n+5\r\nincr n 1\r\nget n",
        "set n 0 0 2\r\n5x\r\nincr n 1\r\nget n", "set n 0 0 21\r\n000000000000000000005\r\nincr n 1\r\nget n",
        "set n 0 0 3\r\nabc\r\nincr n 1\r\ndecr n 1\r\nma n", "set n 0 0 0\r\n\r\nincr n 1\r\nma n C5",
        "set n 0 0 3\r\n5\0x\r\nincr n 1\r\nget n", "set n 0 0 21\r\n-18446744073709551615\r\nincr n 1\r\nget n",
        "set n 7 100 1\r\n9\r\nincr n 1\r\ngets n\r\nmg n t f",
    ];

    private static IEnumerable<string> Meta =>
    [
        "mg", "mg foo", "mg foo O12 k v", "mg foo q\r\nmn", "mg foo k q O1\r\nmn", "mg foo E3", "mg foo S3", "mg foo v v", "mg foo \x80",
        "mg foo \x7f", "mg foo vv", "mn foo", "m", "mx", "me", "me foo", "me foo b", "me foo x",
        "ms", "ms foo", "ms foo x", "ms foo x\r\nab", "ms foo -1\r\nab", "ms foo 2\r\nhi\r\nmg foo v", "ms foo 2 q\r\nhi\r\nmn",
        "ms foo 2 T0 F5 c k Oabc\r\nhi\r\nmg foo v k c O12 f t s h l\r\nmg foo t h l",
        "ms foo 2\r\nhix\r\nmn", "ms foo 2 q\r\nhix\r\nmn", "ms foo 2 q k O1\r\nhi\r\nmn", "ms foo 0\r\n\r\nmg foo v s",
        "ms foo 2 E5\r\nhi\r\nmn", "ms foo 2 I\r\nhi\r\nmg foo", "ms foo 2 S2\r\nhi\r\nmn",
        "ms foo 2 ME\r\nhi\r\nms foo 2 ME k O9 c\r\nho\r\nmg foo v", "ms foo 2 MZ\r\nhi\r\nmn", "ms foo 2 MEE\r\nhi\r\nmn",
        "ms foo 2 M\r\nhi\r\nmn", "ms foo 2 Me\r\nhi\r\nmn", "ms foo 2 MS\r\nhi\r\nmg foo v",
        "ms foo 2 MA\r\nhi\r\nms foo 2 MP\r\nhi\r\nms foo 2 MR k O1\r\nhi\r\nms foo 2\r\nhi\r\nms foo 1 MA c\r\n!\r\nms foo 1 MP c\r\n?\r\nms foo 3 MR c\r\nnew\r\nmg foo v",
        "ms foo 2 C1\r\nhi\r\nms foo 2 C0\r\nhi\r\nms foo 2 Cx\r\nhi\r\nms foo 2 C\r\nhi\r\nms foo 2 C-1\r\nhi",
        "ms foo 2 c\r\nhi\r\nms foo 2 C{cas+1} c\r\nho\r\nms foo 2 C{cas+1} c\r\nha\r\nms foo 2 C0\r\nhu\r\nmg foo v c",
        "ms foo 2\r\nhi\r\nms foo 1 C1 MA c\r\n!\r\nms foo 1 C{cas+1} MA c\r\n!\r\nms foo 1 C{cas+2} MP c\r\n?\r\nms foo 1 C{cas+3} MR\r\n#\r\nms foo 1 C1 MR\r\n#\r\nms foo 1 C1 ME c\r\n#\r\nms foo2 1 C1 ME c\r\n#\r\nms foo3 1 C1 MA\r\n#\r\nms foo3 1 C1 MR\r\n#\r\nmg foo v",
        "ms foo 2 Tx\r\nhi\r\nms foo 2 T\r\nhi\r\nms foo 2 Fx\r\nhi\r\nms foo 2 F-1\r\nhi\r\nms foo 2 Cx Fx\r\nhi\r\nms foo 2 Fx Cx\r\nhi\r\nms foo 2 F4294967296\r\nhi\r\nmg foo f\r\nms foo 2 T-1\r\nhi\r\nmg foo\r\nms foo 2 T100 F3\r\nhi\r\nmg foo t f",
        "ms foo 2\r\nhi\r\nmg foo T50 t\r\nmg foo t T60\r\nmg foo t\r\nmg foo T-1\r\nmg foo",
        "ms foo 2\r\nhi\r\nmg foo Tx\r\nmg foo Nx\r\nmg foo Rx\r\nmg foo Mxx\r\nmg foo Jx\r\nmg foo Dx\r\nmg foo Fx\r\nmg foo C1 J1 D1 F1 MI I P/x Ly v",
        "ms foo 2\r\nhi\r\nmg foo u h\r\nmg foo h\r\nmg foo h u\r\nme foo\r\nmg foo q v\r\nmg foo q\r\nme foo",
        "ms foo 2 T100\r\nhi\r\nme foo\r\nget foo\r\nget foo\r\nme foo",
        "md", "md foo", "md foo O2 k", "md foo q\r\nmn", "md foo x", "md foo q q", "ms foo 2\r\nhi\r\nmd foo q\r\nmn\r\nmg foo",
        "ms foo 2\r\nhi\r\nmd foo k O7\r\nmd foo k O7", "ms foo 2\r\nhi\r\nmd foo C1 k\r\nmd foo C{cas+1}\r\nmg foo", "md foo Cx",
        "ma", "ma foo", "ma foo q\r\nmn", "ma foo k O1",
        "ma foo N0 J5 v k O2 c t\r\nma foo v\r\nma foo D10 v\r\nma foo MD D3 v\r\nma foo M- v\r\nma foo M+ v\r\nma foo MI v\r\nma foo MD D100 v\r\nget foo\r\nma foo",
        "ma foo D-1\r\nma foo Dx\r\nma foo MX\r\nma foo MII\r\nma foo Jx",
        "ma foo N100\r\nma foo t v\r\nma foo T10 v t\r\nma foo t T20\r\nma foo t\r\nma foo N50 t\r\nma foo q\r\nma foo q v\r\nma foo C1 v k\r\nma foo v c\r\nma foo C{cas+9} c v",
        "ms foo 3\r\nabc\r\nma foo\r\nma foo q", "ma foo N0 q v\r\nmn", "ma foo N0 J18446744073709551615 v\r\nma foo v\r\nget foo",
        "ms foo 1\r\n9\r\nma foo v c\r\nmg foo v s c",
        "ms Zm9v 2 b k\r\nhi\r\nmg Zm9v b k v O1\r\nmg Zm9v k\r\nmg foo k v\r\nme Zm9v b\r\nget foo\r\nms foo 1 MA b\r\nx\r\nmd Zm9v b k O7\r\nmg Zm9v b k O1\r\nmg Zm9v k b",
        "mg ZiBvIG8= b N30 k v t\r\nma bm4= b N0 J5 k v\r\nget nn\r\nmg nn k v\r\nmg bm4= k b v",
        "mg !!!! b\r\nms !!!! 2 b\r\nhi\r\nmd !!! b\r\nma ! b\r\nmg abc b\r\nmg abcd b k\r\nme !!! b",
        "ms Zm9v 2 b\r\nhi\r\nms Zm9v 1 b MA k\r\n!\r\nmg Zm9v b k v\r\nme Zm9v b",
    ];

    private static IEnumerable<string> Leases =>
    [
        "mg l N30 v t k\r\nmg l N30 v\r\nmg l v t c\r\nget l\r\nms l 2\r\nhi\r\nmg l N30 v", "mg l N-1 v\r\nmg l v", "mg l N0 t\r\nmg l t",
        "mg l t N30\r\nmg l t",
        "ms st 2 T100\r\nhi\r\nmd st I T30\r\nmg st t v\r\nmg st t v\r\nget st\r\nms st 2\r\nho\r\nmg st v",
        "ms st 2\r\nhi\r\nmd st I q\r\nmg st v\r\nmd st I\r\nmg st v\r\nmg st v",
        "ms st 2 T100\r\nhi\r\nmg st R30\r\nmg st R101 t\r\nmg st R101 t\r\nmg st R-1 t\r\nms st 1 T100\r\nx\r\nmg st R-1 t\r\nmg st\r\nmg st N30 R200",
        "ms st 2\r\nhi\r\nmg st R30 v",
        "ms q 2 c\r\nhi\r\nmd q I\r\nms q 3 I C{cas+1}\r\nabc\r\nmg q v t c s\r\nmg q v\r\nms q 3 I C99999999\r\nabc\r\nms q 1 C1 I MA\r\nx\r\nms q 1 I T5\r\nz\r\nmg q v",
        "ms q 2 c T100\r\nhi\r\nmd q I C9\r\nmd q C9\r\nmd q I q\r\nms q 3 I C{cas+1} T500\r\nabc\r\nmg q v t",
        "ms q 2\r\nhi\r\nmg q N5\r\nmd q I\r\nmg q c\r\nmg q c\r\nincr q 1",
        // As this client talks: a lease, its place to others, its value; given back; lost to a set, to a delete.
        "mg l v f k c t O1 N10\r\nmg l v f k c t O2 N10\r\nmg l v f k c O3\r\nget l\r\ngets l\r\nms l 2 O4 T60 C{cas+1}\r\nhi\r\nmg l v f k c t O5 N10 R30\r\nmg l v f k c O6",
        "mg l v f k c t O1 N10\r\nmd l O2 C999999999\r\nmd l O3 C{cas+1}\r\nmg l v f k c t O4 N10\r\nmd l O5 C{cas+1}\r\nmd l O6 C{cas+2}\r\nmg l v",
        "mg l v c O1 N10\r\nset l 0 0 1\r\nz\r\nms l 1 O2 C{cas+1}\r\ny\r\nmg l v c\r\nmd l O3 C{cas+1}\r\nmg l v c",
        "mg l v c O1 N10\r\nmd l\r\nms l 1 O2 C{cas+1}\r\ny\r\nmg l v c",
        "mg l v c O1 N10\r\nadd l 0 0 1\r\nx\r\nincr l 1\r\nma l N0 J5\r\nmg l k c O7 T100\r\nmg l v c t\r\nappend l 0 0 1\r\nx\r\nmg l v c t",
        // Stale: whoever comes first wins, and gives it back with another mark, which leaves the time alone.
        "set l 0 60 2\r\nhi\r\nmd l O1 I T30\r\nmg l v f k c O2\r\nmd l O3 I C{cas+2}\r\nmg l v f k c t O4 N10\r\nmg l v f k c t O5 N10\r\nmd l O6 I C{cas+2}\r\nms l 2 O7 T60 C{cas+3}\r\nho\r\nmg l v f k c t O8",
        "set l 0 60 2\r\nhi\r\nmd l O1 I T30\r\nmg l k c O2 T100\r\nmg l v c t\r\nmd l O3 C{cas+2}\r\nmg l v",
        "set l 0 60 0\r\n\r\nmg l v f c t N10 R100\r\nmg l v f c t N10 R100\r\nget l\r\nmd l I\r\nmg l v c t\r\nget l\r\ngat 0 l\r\nmg l v t",
        // Stored again as it is, a value that was won early has its lease to give once more.
        "ms l 2 T60 F5\r\nhi\r\nmg l v f c t N10 R100\r\nms l 2 T60 F5 C{cas+1}\r\nhi\r\nmg l v f c t N10 R100\r\nmg l v f c t N10 R100",
    ];

    private static IEnumerable<string> Server =>
    [
        "version", "version foo", "verbosity", "verbosity 0", "verbosity x", "verbosity 1 noreply\r\nmn", "verbosity 0 1 2",
        "verbosity noreply\r\nmn", "quit\r\nversion", "quit foo\r\nversion", "shutdown", "shutdown graceful",
        "set k 0 0 1\r\nx\r\nflush_all\r\nget k\r\nset k 0 0 1\r\nx\r\nget k", "set k 0 0 1\r\nx\r\nflush_all noreply\r\nget k",
        "set k 0 0 1\r\nx\r\nflush_all 0\r\nget k", "set k 0 0 1\r\nx\r\nflush_all 0 noreply\r\nget k",
        "set k 0 0 1\r\nx\r\nflush_all -1\r\nget k",
        "flush_all x", "flush_all x noreply\r\nmn", "flush_all 100 foo", "flush_all 1 2 3",
        "set k 0 0 1\r\nx\r\nflush_all 100\r\nget k\r\nflush_all\r\nget k",
        "set k 0 0 1\r\nx\r\nflush_all 1\r\nset kk 0 0 1\r\ny\r\nget k kk", "set k 0 0 1\r\nx\r\nflush_all 2592001\r\nget k",
        "set k 0 0 1\r\nx\r\nms k 1 c\r\ny\r\nflush_all\r\nms k 1 c\r\ny",
        "stats foo", "stats reset", "stats sizes", "cache_memlimit", "cache_memlimit 7", "cache_memlimit 64", "cache_memlimit x",
        "cache_memlimit 64 noreply\r\nmn", "cache_memlimit 2000000000", "cache_memlimit 64 1 2",
        "", " ", "\n", "\r", "x", "foo", "foo bar", "k\0", "foo HTTP/1.1\r\nversion", "GET / HTTP/1.1\r\nversion",
        "POST / HTTP/1.0\r\nHost: x", "GET /\r\nversion", "lru", "slabs", "lru_crawler", "misbehave", "extstore",
    ];

    private static IEnumerable<string> Limits =>
    [
        $"set {_longKey} 0 0 1\r\nx\r\nget {_longKey}\r\nmg {_longKey} k", .. OverlongKeys,
        "mg foo a b c d e f g h i j k l m n o p q r", .. new[] { 15, 16, 17, 18, 25 }.SelectMany(ManyFlags), .. OverlongOpaques,
        new string('x', 2049), new string('x', 2048) + "\r\nmn", $"gat 0 {new string('x', 3000)}", $"mg {new string('x', 3000)}", $"get {new string('x', 240)} {new string('y', 3000)}",
        $"{new string(' ', 99)}get {new string('x', 3000)}", $"{new string(' ', 101)}get {new string('x', 3000)}",
        $"ms {Convert.ToBase64String(new byte[187])} 2 b k\r\nhi\r\nms {Convert.ToBase64String(new byte[186])} 2 b k\r\nhi",
        .. new[] { "set big 0 0 {0}", "set big 1 0 {0}", "add big 0 0 {0}", "replace big 0 0 {0}", "append big 0 0 {0}", "set big 0 0 {0} noreply", "ms big {0} k O1", "ms big {0} q", "ms big {0} F1", "ms big {0} ME" }.SelectMany(TooLarge),
    ];

    private static IEnumerable<string> OverlongKeys => new[]
    {
        "set {0} 0 0 1\r\nx", "set {0} 0 0 1 noreply\r\nx", "get {0}", "get a {0} b\r\nmn", "ms {0} 1\r\nx", "ms {0} 1 q\r\nx", "mg {0}",
        "mg {0} q", "md {0}", "ma {0}", "me {0}", "delete {0}", "incr {0} 1", "touch {0} 0", "gat 0 {0}", "mg {0} b",
        "get k k k k k k k k k k k k k k k k k k k k k k k k k k k k k {0}", "incr {0} 1 noreply\r\nmn", "delete {0} noreply\r\nmn",
        "touch {0} 0 noreply\r\nmn", "mg {0} zz",
    }.Select(text => text.Replace("{0}", _tooLongKey, StringComparison.Ordinal));

    private static IEnumerable<string> OverlongOpaques => new[] { new string('1', 31), new string('1', 32) }.SelectMany(opaque => new[]
    {
        $"mg nope O{opaque}", $"mg nope O{opaque} q\r\nmn", $"ms o 1 O{opaque}\r\nx\r\nmg o", $"ms o 1 MZ O{opaque}\r\nx\r\nmn",
        $"ms o 1\r\nx\r\nmg o v O{opaque}\r\nmd o O{opaque}\r\nmg o", $"ma n O{opaque}", $"ma n N0 O{opaque}\r\nma n v",
        $"ma n N0\r\nma n O{opaque}\r\nma n v",
        $"ms o 1\r\nx\r\nmg o T30 O{opaque}\r\nmg o t h", $"mg viv N30 O{opaque}\r\nmg viv t",
    });

    private static IEnumerable<string> ManyFlags(int count)
    {
        var flags = string.Join(' ', new[] { "O1", "P1", "L1", "k", "v", "t", "s", "c", "f", "h", "l", "u", "q", "N0", "R0", "T0", "I", "F1", "C1", "MS", "J1", "D1", "b", "X", "Y" }[..count]);
        return [$"mg many {flags}\r\nmn", $"ms many 2 {flags}\r\nab\r\nmn", $"md many {flags}\r\nmn", $"ma many {flags}\r\nmn"];
    }

    // The largest value that fits, one byte more, and one that cannot ever.
    private static IEnumerable<string> TooLarge(string command) => new[] { 1048510, 1048511, 1048514, 1048515, 2000000 }.Select(size =>
        $"set big 0 0 1\r\nx\r\n{command.Replace("{0}", $"{size}", StringComparison.Ordinal)}\r\n{new string('x', size)}\r\nmg big s");
}
