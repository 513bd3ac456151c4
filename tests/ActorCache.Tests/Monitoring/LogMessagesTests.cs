using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace ActorCache.Tests;

/// <summary>The log lines as a whole: ids and names that nothing else has, and fields that are called the same in all of them.</summary>
public class LogMessagesTests
{
    // What may be in a line. A key or a value is none of it, nor is a secret.
    private static readonly string[] Fields = ["Added", "Cache", "Cause", "Check", "Options", "Reloadable", "Removed", "Reweighted", "Server", "Why"];

    private static readonly (string Name, LoggerMessageAttribute Line)[] Lines =
    [
        .. typeof(LogMessages).GetMethods(BindingFlags.Static | BindingFlags.Public)
            .Select(method => (method.Name, method.GetCustomAttribute<LoggerMessageAttribute>()!)),
    ];

    [Fact]
    public void Every_line_has_an_id_of_its_own_above_zero()
    {
        Assert.Equal(Lines.Length, Lines.Select(line => line.Line.EventId).Distinct().Count());
        Assert.All(Lines, line => Assert.True(line.Line.EventId > 0, line.Name));
    }

    [Fact]
    public void Every_field_is_one_of_those_that_may_be_logged() =>
        Assert.Equal(Fields, Lines.SelectMany(line => Regex.Matches(line.Line.Message, @"\{(\w+)\}").Select(field => field.Groups[1].Value)).Distinct().Order());
}
