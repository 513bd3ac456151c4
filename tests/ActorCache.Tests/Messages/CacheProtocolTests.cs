using System.Reflection;

namespace ActorCache.Tests;

/// <summary>The Ask door has everything the facade has: a call that is added to the one and not to the other fails here.</summary>
public class CacheProtocolTests
{
    /// <summary>Calls without a request of their own, and why. Strike the row when that is no longer so.</summary>
    private static readonly Dictionary<string, string> FacadeOnly = new()
    {
        ["GetRaw"] = "the door's values are bytes, so Get is this",
        ["SetRaw"] = "the door's values are bytes, so Set is this",
        ["GetOrCreate"] = "it takes a function, which is no message",
        ["Namespace"] = "it is a view of the cache; what it adds, to invalidate it, is a request",
    };

    private static readonly Dictionary<string, Type> Requests =
        typeof(CacheProtocol).GetNestedTypes().ToDictionary(type => type.Name);

    // Of overloads, the one that can be told most.
    private static readonly List<MethodInfo> Calls =
        [.. typeof(IActorCache).GetMethods().Where(method => !method.IsSpecialName).GroupBy(Name).Select(same => same.MaxBy(method => method.GetParameters().Length)!)];

    [Fact]
    public void Every_call_has_a_request_of_its_name_and_every_request_a_call()
    {
        Assert.Equal(Calls.Select(Name).Except(FacadeOnly.Keys).Append(nameof(CacheProtocol.InvalidateNamespace)).Order(), Requests.Keys.Order());
        Assert.Empty(FacadeOnly.Keys.Except(Calls.Select(Name)));
        Assert.All(Requests.Values, type => Assert.True(type.IsAssignableTo(typeof(ICacheRequest)), type.Name));
    }

    [Fact]
    public void Every_request_says_what_its_call_can_be_told()
    {
        foreach (var call in Calls.Where(call => !FacadeOnly.ContainsKey(Name(call))))
        {
            var request = Requests[Name(call)];
            var parameters = call.GetParameters().Where(parameter => parameter.ParameterType != typeof(CancellationToken)).SelectMany(Names);
            Assert.Equal(parameters.Order(), request.GetProperties().Select(property => property.Name).Order());
        }
    }

    [Fact]
    public void What_a_call_can_be_spared_a_request_can_be_spared()
    {
        foreach (var call in Calls.Where(call => !FacadeOnly.ContainsKey(Name(call))))
        {
            var optional = Assert.Single(Requests[Name(call)].GetConstructors()).GetParameters().Where(parameter => parameter.IsOptional).Select(parameter => parameter.Name).ToHashSet();
            foreach (var parameter in call.GetParameters().Where(parameter => parameter.IsOptional && parameter.ParameterType != typeof(CancellationToken)))
                Assert.Contains(Capital(parameter.Name!), optional);
        }
    }

    private static string Name(MethodInfo call) => call.Name.EndsWith("Async", StringComparison.Ordinal) ? call.Name[..^"Async".Length] : call.Name;

    // Options are a request's own parameters.
    private static IEnumerable<string> Names(ParameterInfo parameter) => parameter.ParameterType == typeof(StoreOptions)
        ? typeof(StoreOptions).GetProperties().Select(property => property.Name)
        : [Capital(parameter.Name!)];

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];
}
