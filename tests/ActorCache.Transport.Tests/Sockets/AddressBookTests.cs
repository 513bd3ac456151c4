using System.Net;

namespace ActorCache.Transport.Tests;

/// <summary>Whoever was tried in vain comes last; all others as the resolver has them, the families in turn.</summary>
public sealed class AddressBookTests
{
    private readonly AddressBook _book = new();

    [Theory]
    [InlineData("10.0.0.1 10.0.0.2 10.0.0.3", "10.0.0.1 10.0.0.2 10.0.0.3")]
    [InlineData("::1 ::2 ::3 10.0.0.1 10.0.0.2", "::1 10.0.0.1 ::2 10.0.0.2 ::3")]
    [InlineData("10.0.0.1 ::1 ::2", "10.0.0.1 ::1 ::2")]
    [InlineData("10.0.0.1 10.0.0.1 ::1", "10.0.0.1 ::1")]
    [InlineData("", "")]
    public void The_families_take_turns_and_each_address_has_one(string resolved, string order) => Assert.Equal(order, Order(resolved));

    [Fact]
    public void One_that_was_tried_and_has_not_answered_comes_last_however_often_the_name_is_resolved()
    {
        _book.Try(IPAddress.Parse("10.0.0.1"));
        _book.Connected(IPAddress.Parse("10.0.0.1"));
        Assert.Equal("10.0.0.2 10.0.0.1", Order("10.0.0.1 10.0.0.2"));
        _book.Try(IPAddress.Parse("10.0.0.2"));
        Assert.Equal("10.0.0.3 10.0.0.1 10.0.0.2", Order("10.0.0.1 10.0.0.2 10.0.0.3"));
        _book.Try(IPAddress.Parse("10.0.0.1"));
        Assert.Equal("10.0.0.3 10.0.0.2 10.0.0.1", Order("10.0.0.3 10.0.0.1 10.0.0.2"));
    }

    [Fact]
    public void One_that_has_answered_is_as_good_as_new()
    {
        foreach (var tried in new[] { "10.0.0.1", "10.0.0.2" }) _book.Try(IPAddress.Parse(tried));
        _book.Connected(IPAddress.Parse("10.0.0.2"));
        _book.Answered();
        Assert.Equal("10.0.0.2 10.0.0.1", Order("10.0.0.1 10.0.0.2"));
    }

    [Fact]
    public void One_that_the_name_has_no_more_is_forgotten()
    {
        _book.Try(IPAddress.Parse("10.0.0.1"));
        Order("10.0.0.2");
        Assert.Equal("10.0.0.1 10.0.0.2", Order("10.0.0.1 10.0.0.2"));
    }

    private string Order(string resolved) =>
        string.Join(' ', _book.Order([.. resolved.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)]));
}
