namespace ActorCache.EmbeddedServer.Statistics;

/// <summary>The counters behind <c>stats</c>. Guarded by the store's gate, because every command that counts holds it anyway.</summary>
internal sealed class ServerStatistics
{
    public long CmdGet { get; set; }
    public long CmdSet { get; set; }
    public long CmdFlush { get; set; }
    public long CmdTouch { get; set; }
    public long CmdMeta { get; set; }
    public long GetHits { get; set; }
    public long GetMisses { get; set; }
    public long GetExpired { get; set; }
    public long GetFlushed { get; set; }
    public long DeleteHits { get; set; }
    public long DeleteMisses { get; set; }
    public long IncrHits { get; set; }
    public long IncrMisses { get; set; }
    public long DecrHits { get; set; }
    public long DecrMisses { get; set; }
    public long CasHits { get; set; }
    public long CasMisses { get; set; }
    public long CasBadValue { get; set; }
    public long TouchHits { get; set; }
    public long TouchMisses { get; set; }
    public long StoreTooLarge { get; set; }
    public long StoreNoMemory { get; set; }
    public long TotalItems { get; set; }
    public long Evictions { get; set; }
    public long EvictedUnfetched { get; set; }
    public long Reclaimed { get; set; }

    /// <summary><c>stats reset</c>: the counters of commands start again; what is stored is not touched.</summary>
    public void Reset()
    {
        CmdGet = CmdSet = CmdFlush = CmdTouch = CmdMeta = 0;
        GetHits = GetMisses = GetExpired = GetFlushed = 0;
        DeleteHits = DeleteMisses = IncrHits = IncrMisses = DecrHits = DecrMisses = 0;
        CasHits = CasMisses = CasBadValue = TouchHits = TouchMisses = 0;
        StoreTooLarge = StoreNoMemory = TotalItems = 0;
        Evictions = EvictedUnfetched = Reclaimed = 0;
    }
}
