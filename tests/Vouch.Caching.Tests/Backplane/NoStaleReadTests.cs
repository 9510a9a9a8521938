using System.Collections.Concurrent;
using System.Globalization;
using Vouch.Caching.Backplane;
using Vouch.Caching.Hybrid;

namespace Vouch.Caching.Tests.Backplane;

/// <summary>
/// Three nodes, a shared tier and a log over a network that delays, reorders, doubles, loses and cuts off, in virtual time. The promise: a removed key or tag is not served
/// (to a call that begins later) by the node that removed it once the removal has returned; by another node later than one round trip after that where no message is lost; and
/// in any case later than the lease after the log took it. <c>VOUCH_CACHE_SEEDS</c> sets how many seeds are run; the default is 200.
/// </summary>
public sealed class NoStaleReadTests
{
    private const int Nodes = 3;
    private const int Keys = 4;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RoundTrip = SimulatedNetwork.MaxDelay * 2;
    private static readonly CoherenceOptions Coherence = new() { Lease = TimeSpan.FromSeconds(1), HeartbeatInterval = SimulatedNetwork.Heartbeat };

    [Fact]
    public void RemovedKeysAndTags_AreNeverServedLaterThanPromised()
    {
        int seeds = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CACHE_SEEDS") ?? "200", CultureInfo.InvariantCulture);
        (long reads, long hits, long removals, long cutOff) = (0, 0, 0, 0);
        int first = int.Parse(Environment.GetEnvironmentVariable("VOUCH_CACHE_FIRST_SEED") ?? "0", CultureInfo.InvariantCulture);
        for (int seed = first; seed < seeds; seed++)
        {
            var world = new World(seed);
            world.Run();
            world.Stale.Should().BeNull();
            reads += world.Reads;
            hits += world.Reads - world.FactoryRuns;
            removals += world.Removals;
            cutOff += world.ReadsWhileCutOff;
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{seeds} seeds: {reads} reads ({cutOff} on nodes cut off), {(double)hits / reads:P0} without a factory run, {removals} removals");
        removals.Should().BeGreaterThan(seeds - first);
        ((double)hits / reads).Should().BeGreaterThan(0.5, "a cache that forgets everything keeps every promise");
    }

    [Fact]
    public void SameSeed_SameRun()
    {
        var first = new World(7);
        var second = new World(7);
        first.Run();
        second.Run();

        (second.Reads, second.FactoryRuns, second.Removals, second.Trace).Should().Be((first.Reads, first.FactoryRuns, first.Removals, first.Trace));
    }

    // One change of one key: from then on its older values are wrong.
    private sealed class Change(int version, int node)
    {
        public int Version { get; } = version;

        public int Node { get; } = node;

        public TimeSpan? Returned { get; set; }

        public TimeSpan? Accepted { get; set; }
    }

    private sealed class World
    {
        private readonly int _seed;
        private readonly bool _faulty;
        private readonly SimulatedNetwork _network;
        private readonly SimulatedServer _server;
        private readonly VouchHybridCache[] _caches;
        private readonly int[] _source = new int[Keys];
        private readonly List<Change>[] _changes = [.. Enumerable.Range(0, Keys).Select(_ => new List<Change>())];
        private readonly bool[] _changing = new bool[Keys];
        private readonly ConcurrentQueue<Task> _reading = new();
        private readonly Lock _counting = new();
        private readonly bool[] _cutOff = new bool[Nodes];

        public World(int seed)
        {
            _seed = seed;
            _faulty = seed % 4 != 0;
            _network = new SimulatedNetwork(new Random(seed), _faulty);
            _server = new SimulatedServer(_network) { Accepted = OnAccepted };
            var options = new VouchHybridCacheOptions { Coherence = Coherence, DistributedTimeout = Timeout.InfiniteTimeSpan, DistributedPause = TimeSpan.FromMilliseconds(200) };
            _caches = [.. Enumerable.Range(0, Nodes).Select(node => new VouchHybridCache(options, _server.CacheOf(node), _server.BackplaneOf(node), timeProvider: _network.Clock))];
        }

        public long Reads { get; private set; }

        public long ReadsWhileCutOff { get; private set; }

        public long FactoryRuns { get; private set; }

        public long Removals { get; private set; }

        public long Trace { get; private set; }

        /// <summary>The first promise that was broken.</summary>
        public string? Stale { get; private set; }

        public void Run()
        {
            Random random = _network.Random;
            for (int i = 0; i < 300; i++)
            {
                (int node, int key) = (random.Next(Nodes), random.Next(Keys));
                _network.At(Length * random.NextDouble(), () => _reading.Enqueue(ReadAsync(node, key)));
            }

            for (int i = 0; i < 8; i++)
            {
                (int node, int key, int kind) = (random.Next(Nodes), random.Next(Keys), random.Next(20));
                _network.At(Length * random.NextDouble(), () => _ = ChangeAsync(node, key, kind));
            }

            if (_faulty)
            {
                for (int i = 0; i < 3; i++)
                {
                    int node = random.Next(Nodes);
                    TimeSpan start = Length * random.NextDouble();
                    _network.At(start, () => SetCutOff(node, true));
                    _network.At(start + (TimeSpan.FromSeconds(5) * random.NextDouble()), () => SetCutOff(node, false));
                }

                if (random.Next(4) == 0)
                {
                    bool keeps = random.Next(2) == 0;
                    _network.At(Length * random.NextDouble(), () => _server.Restart(keeps));
                }
            }

            SynchronizationContext? context = SynchronizationContext.Current;
            SynchronizationContext.SetSynchronizationContext(null); // what the test runner puts here would spread the events over threads
            _network.Run(Length + TimeSpan.FromSeconds(10)); // the last reads wait for calls that are lost, one after another
            Task.WaitAll([.. _reading]);
            SynchronizationContext.SetSynchronizationContext(context);
            Array.ForEach(_caches, static cache => cache.Dispose());
        }

        private void SetCutOff(int node, bool value)
        {
            _cutOff[node] = value;
            if (value)
            {
                _network.CutOff(node);
            }
            else
            {
                _network.Join(node);
            }
        }

        private async Task ReadAsync(int node, int key)
        {
            TimeSpan began = _network.Now;
            ReadsWhileCutOff += _cutOff[node] ? 1 : 0;
            int[] least = [.. Forbidden(node, key, began)];
            int version = await _caches[node].GetOrCreateAsync(
                $"key-{key}",
                (this, key),
                static async (state, _) => await state.Item1.MakeAsync(state.key),
                tags: [$"tag-{key / 2}"]);

            // Of several who wait for one run the framework resumes some on other threads; what they saw was decided before.
            lock (_counting)
            {
                Reads++;
                Trace += began.Ticks * ((version * 7) + node + 1);
                Stale ??= Array.Exists(least, newer => newer > version) ? $"node {node} serves version {version} of key {key} to a call of {began}, answered at {_network.Now} (seed {_seed})" : null;
            }
        }

        // The versions that older ones must not be served instead of, to a call that begins now.
        private IEnumerable<int> Forbidden(int node, int key, TimeSpan now) => _changes[key]
            .Where(change => (change.Node == node && change.Returned is not null)
                || now > change.Accepted + Coherence.Lease
                || (!_faulty && now > change.Returned + RoundTrip))
            .Select(static change => change.Version);

        // The source is read at once and answers late: the most stale it can be.
        private async Task<int> MakeAsync(int key)
        {
            FactoryRuns++;
            int version = _source[key];
            var answer = new TaskCompletionSource();
            _network.At(_network.Now + (TimeSpan.FromMilliseconds(400) * _network.Random.NextDouble()), () => answer.SetResult());
            await answer.Task;
            return version;
        }

        private async Task ChangeAsync(int node, int key, int kind)
        {
            int[] keys = kind switch { < 10 => [key], < 14 => [key], < 18 => [key / 2 * 2, (key / 2 * 2) + 1], _ => [.. Enumerable.Range(0, Keys)] };
            if (Array.Exists(keys, changed => _changing[changed]))
            {
                return; // of two at once, a value that is given and a removal, either may come last
            }

            Removals++;
            Array.ForEach(keys, changed => _changing[changed] = true);
            Change[] changes = [.. keys.Select(changed => Changed(node, changed))];
            VouchHybridCache cache = _caches[node];
            await (kind switch
            {
                < 10 => cache.RemoveAsync($"key-{key}"),
                < 14 => cache.SetAsync($"key-{key}", changes[0].Version, tags: [$"tag-{key / 2}"]),
                < 18 => cache.RemoveByTagAsync($"tag-{key / 2}"),
                _ => cache.RemoveByTagAsync("*"),
            });
            Array.ForEach(changes, change => change.Returned = _network.Now);
            Array.ForEach(keys, changed => _changing[changed] = false);
        }

        private Change Changed(int node, int key)
        {
            var change = new Change(++_source[key], node);
            _changes[key].Add(change);
            return change;
        }

        // Whatever was changed before the log took an invalidation of its key counts from then.
        private void OnAccepted(CacheInvalidation invalidation)
        {
            for (int key = 0; key < Keys; key++)
            {
                bool concerns = invalidation.Kind == InvalidationKind.Everything || invalidation.Name == $"key-{key}" || invalidation.Name == $"tag-{key / 2}";
                foreach (Change change in concerns ? _changes[key] : [])
                {
                    change.Accepted ??= _network.Now;
                }
            }
        }
    }
}
