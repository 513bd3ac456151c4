namespace HybridCacheApi;

/// <summary>What is sold, and for how much.</summary>
public sealed record Product(int Id, string Name, int Price);
