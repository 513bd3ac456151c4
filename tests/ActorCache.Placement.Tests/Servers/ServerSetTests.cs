using CsCheck;

namespace ActorCache.Placement.Tests;

public sealed class ServerSetTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1000)]
    public void All_has_every_server_and_none_has_no_server(int count)
    {
        var all = ServerSet.All(count);
        var none = ServerSet.None(count);

        Assert.Equal((count, count, count == 0), (all.Count, all.Capacity, all.IsEmpty));
        Assert.Equal((0, count, true), (none.Count, none.Capacity, none.IsEmpty));
        Assert.All(Enumerable.Range(0, count), server => Assert.True(all.Contains(server) && !none.Contains(server)));
        Assert.Equal(all, Enumerable.Range(0, count).Aggregate(none, (set, server) => set.With(server)));
        Assert.Equal(none, Enumerable.Range(0, count).Aggregate(all, (set, server) => set.Without(server)));
    }

    [Fact]
    public void It_behaves_as_a_set_of_indices() =>
        Gen.Select(Gen.Int[1, 200], Gen.Select(Gen.Bool, Gen.Int[0, 199]).Array[0, 50]).Sample(
            (count, changes) =>
            {
                var set = ServerSet.None(count);
                var model = new HashSet<int>();
                foreach (var (add, index) in changes.Select(change => (change.Item1, change.Item2 % count)))
                {
                    set = add ? set.With(index) : set.Without(index);
                    _ = add ? model.Add(index) : model.Remove(index);
                }
                Assert.Equal(model.Order(), Enumerable.Range(0, count).Where(set.Contains));
                Assert.Equal(model.Count, set.Count);
            },
            iter: 10_000);

    [Fact]
    public void A_set_never_changes()
    {
        var set = ServerSet.None(3).With(1);
        _ = set.With(2);
        _ = set.Without(1);

        Assert.Equal("{1} of 3", set.ToString());
    }

    [Fact]
    public void Equal_sets_hash_alike_and_differ_from_sets_of_other_size()
    {
        Assert.Equal(ServerSet.All(3).Without(1).GetHashCode(), ServerSet.None(3).With(0).With(2).GetHashCode());
        Assert.NotEqual(ServerSet.None(3), ServerSet.None(4));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void An_index_beyond_the_topology_is_refused(int index)
    {
        var set = ServerSet.All(3);

        Assert.Throws<ArgumentOutOfRangeException>(() => set.Contains(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.With(index));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Without(index));
    }
}
