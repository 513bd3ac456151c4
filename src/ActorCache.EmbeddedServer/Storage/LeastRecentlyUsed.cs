namespace ActorCache.EmbeddedServer.Storage;

/// <summary>The order of use: a list through the items themselves, newest first.</summary>
internal sealed class LeastRecentlyUsed
{
    private Item? _newest;

    public Item? Oldest { get; private set; }

    public void Add(Item item)
    {
        item.Older = _newest;
        item.Newer = null;
        if (_newest is null)
        {
            Oldest = item;
        }
        else
        {
            _newest.Newer = item;
        }
        _newest = item;
    }

    public void Remove(Item item)
    {
        if (item.Newer is null)
        {
            _newest = item.Older;
        }
        else
        {
            item.Newer.Older = item.Older;
        }
        if (item.Older is null)
        {
            Oldest = item.Newer;
        }
        else
        {
            item.Older.Newer = item.Newer;
        }
        item.Newer = item.Older = null;
    }

    public void Used(Item item)
    {
        if (!ReferenceEquals(_newest, item))
        {
            Remove(item);
            Add(item);
        }
    }

    public void Clear() => _newest = Oldest = null;
}
