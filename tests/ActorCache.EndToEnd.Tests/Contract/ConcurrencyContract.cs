using System.Globalization;

namespace ActorCache.EndToEnd.Tests.Contract;

/// <summary>
/// Many callers on the same connections, some of whom give up: whoever gets a value gets that of his own key, and never an older one than
/// he has seen stored.
/// </summary>
public abstract class ConcurrencyContract(PoolFixture on)
{
    private const int Callers = 64;
    private const int RoundsEach = 250;

    [Fact]
    public async Task Sixty_four_callers_get_their_own_values_while_one_call_in_twenty_is_cancelled()
    {
        var prefix = on.NewKey();
        var reports = await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(() => CallAsync(prefix, caller)))).Patiently();

        Assert.Equal([], reports.SelectMany(report => report.Wrong));
        Assert.InRange(reports.Sum(report => report.Cancelled), 1, Callers * RoundsEach);
        Assert.InRange(reports.Sum(report => report.Hits), Callers * RoundsEach / 2, long.MaxValue);
        Assert.DoesNotContain(on.Pool.Log.Events, happened => happened is ServerEvent.Suspected);
    }

    private async Task<Report> CallAsync(string prefix, int caller)
    {
        var random = new Random(caller);
        var report = new Report([]);
        var own = Enumerable.Range(0, 8).Select(n => $"{prefix}:own:{caller}:{n}").ToArray();
        var sent = new int[own.Length];   // the newest number on its way to each key
        var stored = new int[own.Length]; // the newest one acknowledged
        for (var round = 0; round < RoundsEach; round++)
        {
            using var cancellation = random.Next(20) == 0 ? new CancellationTokenSource() : null;
            var ct = cancellation?.Token ?? default;
            var n = random.Next(own.Length);
            var shared = $"{prefix}:shared:{random.Next(40)}";
            try
            {
                switch (random.Next(5))
                {
                    case 0:
                        var set = Cancelling(on.Cache.SetAsync(own[n], Proof(own[n], ++sent[n], random), ct: ct), cancellation);
                        Check((await set).IsStored, "a set was not stored");
                        stored[n] = sent[n];
                        break;
                    case 1:
                        var put = Cancelling(on.Cache.SetAsync(shared, Proof(shared, round, random), ct: ct), cancellation);
                        Check((await put).IsStored, "a set was not stored");
                        break;
                    case 2:
                        CheckRead(shared, await Cancelling(on.Cache.GetAsync<string>(shared, ct), cancellation), 0, int.MaxValue);
                        break;
                    case 3:
                        var many = await Cancelling(on.Cache.GetManyAsync<string>([.. own, shared], ct), cancellation);
                        for (var i = 0; i < own.Length; i++) CheckRead(own[i], many[own[i]], stored[i], sent[i]);
                        CheckRead(shared, many[shared], 0, int.MaxValue);
                        break;
                    default:
                        CheckRead(own[n], await Cancelling(on.Cache.GetAsync<string>(own[n], ct), cancellation), stored[n], sent[n]);
                        break;
                }
            }
            catch (OperationCanceledException e) when (cancellation is not null && e.CancellationToken == ct)
            {
                report.Cancelled++;
            }
        }
        return report;

        void CheckRead(string key, CacheResult<string> read, int oldest, int newest)
        {
            if (read.Outcome == CacheOutcome.Miss)
            {
                Check(oldest == 0, $"{key} is a miss, and {oldest} was stored");
                return;
            }
            Check(read.IsHit, $"{key}: {read}");
            if (!read.IsHit) return;
            report.Hits++;
            var parts = read.Value.Split('|');
            Check(parts[0] == key, $"{key} got the value of {parts[0]}");
            Check(int.Parse(parts[1], CultureInfo.InvariantCulture) >= oldest && int.Parse(parts[1], CultureInfo.InvariantCulture) <= newest,
                $"{key} got {parts[1]}, which is not within {oldest} and {newest}");
        }

        void Check(bool right, string what)
        {
            if (!right) report.Wrong.Add(what);
        }
    }

    // The call is under way, and perhaps answered: its caller gives up at this very moment.
    private static async Task<T> Cancelling<T>(ValueTask<T> call, CancellationTokenSource? cancellation)
    {
        cancellation?.Cancel();
        return await call;
    }

    private static string Proof(string key, int number, Random random) => $"{key}|{number}|{new string('x', random.Next(2000))}";

    private sealed record Report(List<string> Wrong)
    {
        public long Hits { get; set; }

        public long Cancelled { get; set; }
    }
}

public sealed class ConcurrencyOnEmbedded(OnEmbedded on) : ConcurrencyContract(on), IClassFixture<OnEmbedded>;

public sealed class ConcurrencyOnMemcached(OnMemcached on) : ConcurrencyContract(on), IClassFixture<OnMemcached>;

public sealed class ConcurrencyOnTlsMemcached(OnTlsMemcached on) : ConcurrencyContract(on), IClassFixture<OnTlsMemcached>;

public sealed class ConcurrencyOnClassicEmbedded(OnClassicEmbedded on) : ConcurrencyContract(on), IClassFixture<OnClassicEmbedded>;

public sealed class ConcurrencyOnClassicMemcached(OnClassicMemcached on) : ConcurrencyContract(on), IClassFixture<OnClassicMemcached>;

public sealed class ConcurrencyOnBinaryMemcached(OnBinaryMemcached on) : ConcurrencyContract(on), IClassFixture<OnBinaryMemcached>;

public sealed class ConcurrencyOnTwemproxy(OnTwemproxy on) : ConcurrencyContract(on), IClassFixture<OnTwemproxy>;
