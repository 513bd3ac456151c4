using System.Collections.Concurrent;

namespace HybridCacheApi;

/// <summary>Stands for the database: slow, and right.</summary>
public sealed class ProductTable
{
    private static readonly TimeSpan Query = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Names = ["tea", "bread", "milk", "salt"];
    private readonly ConcurrentDictionary<int, Product> _rows = [];

    public async ValueTask<Product> LoadAsync(int id, CancellationToken gone)
    {
        await Task.Delay(Query, gone);
        return Row(id);
    }

    public Product SetPrice(int id, int price) => _rows[id] = Row(id) with { Price = price };

    private Product Row(int id) => _rows.GetOrAdd(id, static id => new Product(id, Names[id % Names.Length], 100 + id));
}
