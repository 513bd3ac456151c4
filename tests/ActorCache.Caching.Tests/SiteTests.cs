using System.Globalization;
using System.Net;
using ActorCache.OutputCaching;
using ActorCache.TestServers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ActorCache.Caching.Tests;

/// <summary>A site with sessions and cached pages over a pool of real servers that are killed and hung in the middle: it answers every request.</summary>
public sealed class SiteTests
{
    [Fact]
    public async Task Sessions_are_kept_and_an_outage_costs_sessions_and_no_request()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, Impatient);
        await using var site = await Site(pool.Cache);
        var visitors = Enumerable.Range(0, 12).Select(_ => new Visitor(site)).ToList();
        for (var visit = 1; visit <= 3; visit++)
        {
            foreach (var visitor in visitors) Assert.Equal($"{visit}", await visitor.Get("/visits"));
        }

        pool.Servers[0].Kill();
        var remembered = 0;
        foreach (var visitor in visitors)
        {
            if (await visitor.Get("/visits") == "4") remembered++;
        }
        Assert.InRange(remembered, 1, visitors.Count);
        pool.Servers[1].Hang();
        foreach (var visitor in visitors) await visitor.Get("/visits");
        foreach (var server in pool.Servers) server.Kill();
        foreach (var visitor in visitors) Assert.Equal("1", await visitor.Get("/visits"));

        foreach (var server in pool.Servers) server.Restart();
        await pool.Log.UntilAllServe();
        foreach (var visitor in visitors)
        {
            await visitor.Get("/visits");
            Assert.Equal("2", await visitor.Get("/visits"));
        }
    }

    [Fact]
    public async Task Pages_are_rendered_once_until_they_are_evicted_and_again_whenever_servers_are_away()
    {
        await using var pool = await Pool.StartAsync(ServerKind.Memcached, Impatient);
        await using var site = await Site(pool.Cache);
        await using var other = await Site(pool.Cache);
        var (here, there) = (new Visitor(site), new Visitor(other));
        var pages = site.Services.GetRequiredService<IOutputCacheStore>();
        Assert.IsType<ActorCacheOutputCacheStore>(pages);

        var first = await here.Get("/page/1");
        Assert.Equal(first, await here.Get("/page/1"));
        Assert.Equal(first, await there.Get("/page/1"));
        await pages.EvictByTagAsync("pages", default);
        var second = await there.Get("/page/1");
        Assert.NotEqual(first, second);
        Assert.Equal(second, await here.Get("/page/1"));

        // Whatever becomes of servers: every page answers, and none that was evicted comes back.
        var evicted = new HashSet<string>();
        async Task Visits()
        {
            for (var round = 0; round < 3; round++)
            {
                var seen = new List<string>();
                for (var page = 0; page < 12; page++) seen.Add(await here.Get($"/page/{page}"));
                Assert.DoesNotContain(seen, evicted.Contains);
                try
                {
                    await pages.EvictByTagAsync("pages", default);
                    evicted.UnionWith(seen);
                }
                catch (CacheUnavailableException)
                {
                    // and its caller knows
                }
            }
        }

        await Visits();
        pool.Servers[0].Kill();
        await Visits();
        pool.Servers[1].Hang();
        await Visits();
        pool.Servers[1].Resume();
        pool.Servers[0].Restart();
        await Visits();
        await pool.Log.UntilAllServe();
        await Visits();
        foreach (var server in pool.Servers) server.Kill();
        await Visits();
        Assert.NotEmpty(evicted);
    }

    private static void Impatient(ActorCacheOptions options) =>
        (options.ReadTimeout, options.OperationTimeout) = (TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(2));

    private static async Task<WebApplication> Site(IActorCache cache)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddSingleton(cache).AddActorCacheDistributedCache().AddActorCacheOutputCache().AddOutputCache().AddSession();
        var site = builder.Build();
        site.UseOutputCache();
        site.UseSession();
        site.MapGet("/visits", (HttpContext context) =>
        {
            var visits = (context.Session.GetInt32("visits") ?? 0) + 1;
            context.Session.SetInt32("visits", visits);
            return visits.ToString(CultureInfo.InvariantCulture);
        });
        site.MapGet("/page/{id}", (string id) => $"{id} {Guid.NewGuid()}").CacheOutput(policy => policy.Tag("pages"));
        await site.StartAsync();
        return site;
    }

    /// <summary>A browser: keeps its cookie, and is never answered with an error.</summary>
    private sealed class Visitor(WebApplication site)
    {
        private readonly HttpClient _client = site.GetTestClient();
        private string? _cookie;

        public async Task<string> Get(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            if (_cookie is not null) request.Headers.Add("Cookie", _cookie);
            using var response = await _client.SendAsync(request).Patiently();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            if (response.Headers.TryGetValues("Set-Cookie", out var set)) _cookie = set.First().Split(';')[0];
            return await response.Content.ReadAsStringAsync();
        }
    }
}
