using Vouch.Caching.Policies;
using Vouch.Caching.Simulation;

namespace Vouch.Caching.Tests.Policies;

/// <summary>Policies against slow versions written straight from their definitions, request by request.</summary>
public sealed class ObviousPolicyTests
{
    [Fact]
    public void Lru_RandomRequests_HitsAsTheDefinitionDoes() => Same(new LruPolicy(), capacity => new ObviousLru(capacity));

    [Fact]
    public void Fifo_RandomRequests_HitsAsTheDefinitionDoes() => Same(new FifoPolicy(), capacity => new ObviousFifo(capacity));

    [Fact]
    public void Sieve_RandomRequests_HitsAsTheDefinitionDoes() => Same(new SievePolicy(40), capacity => new ObviousSieve(capacity));

    [Fact]
    public void Lfu_RandomRequests_HitsAsTheDefinitionDoes() => Same(new LfuPolicy(40), capacity => new ObviousLfu(capacity));

    [Fact]
    public void TwoQueue_RandomRequests_HitsAsTheDefinitionDoes() => Same(new TwoQueuePolicy(40), capacity => new ObviousTwoQueue(capacity));

    private static void Same(EvictionPolicy policy, Func<int, IObviousCache> definition)
    {
        const int Capacity = 40;
        var random = new Random(11);
        var cache = new SimulatedCache(policy, Capacity, 400, seed: 1);
        IObviousCache slow = definition(Capacity);
        for (int i = 0; i < 20_000; i++)
        {
            int key = random.Next(3) == 0 ? i % 70 : (int)Math.Pow(400, random.NextDouble()) - 1;
            bool expected = slow.Request(key);
            if (cache.Request(key) != expected)
            {
                Assert.Fail($"Request {i} for key {key} should {(expected ? "" : "not ")}be a hit.");
            }
        }
    }

    private interface IObviousCache
    {
        bool Request(int key);
    }

    private sealed class ObviousLru(int capacity) : IObviousCache
    {
        private readonly List<int> _keys = []; // oldest first

        public bool Request(int key)
        {
            bool hit = _keys.Remove(key);
            if (!hit && _keys.Count == capacity)
            {
                _keys.RemoveAt(0);
            }

            _keys.Add(key);
            return hit;
        }
    }

    private sealed class ObviousFifo(int capacity) : IObviousCache
    {
        private readonly List<int> _keys = [];

        public bool Request(int key)
        {
            if (_keys.Contains(key))
            {
                return true;
            }

            if (_keys.Count == capacity)
            {
                _keys.RemoveAt(0);
            }

            _keys.Add(key);
            return false;
        }
    }

    private sealed class ObviousSieve(int capacity) : IObviousCache
    {
        private readonly List<int> _keys = []; // oldest first
        private readonly HashSet<int> _visited = [];
        private int _hand; // index into _keys

        public bool Request(int key)
        {
            if (_keys.Contains(key))
            {
                _visited.Add(key);
                return true;
            }

            if (_keys.Count == capacity)
            {
                _hand = _hand >= _keys.Count ? 0 : _hand;
                while (_visited.Remove(_keys[_hand]))
                {
                    _hand = (_hand + 1) % _keys.Count;
                }

                _keys.RemoveAt(_hand);
                if (_hand == _keys.Count)
                {
                    _hand = 0; // the hand stood at the newest: it starts again at the oldest
                }
            }

            _keys.Add(key);
            return false;
        }
    }

    private sealed class ObviousLfu(int capacity) : IObviousCache
    {
        private readonly Dictionary<int, (int Reads, int Last)> _keys = [];
        private int _now;

        public bool Request(int key)
        {
            _now++;
            if (_keys.TryGetValue(key, out (int Reads, int Last) entry))
            {
                _keys[key] = (entry.Reads + 1, _now);
                return true;
            }

            if (_keys.Count == capacity)
            {
                _keys.Remove(_keys.OrderBy(pair => pair.Value.Reads).ThenBy(pair => pair.Value.Last).First().Key);
            }

            _keys[key] = (1, _now);
            return false;
        }
    }

    private sealed class ObviousTwoQueue(int capacity) : IObviousCache
    {
        private readonly List<int> _in = []; // oldest first
        private readonly List<int> _out = [];
        private readonly List<int> _main = [];

        public bool Request(int key)
        {
            if (_main.Remove(key))
            {
                _main.Add(key);
                return true;
            }

            if (_in.Contains(key))
            {
                return true;
            }

            bool returns = _out.Remove(key);
            if (_in.Count + _main.Count == capacity)
            {
                if (_in.Count > capacity / 4 || _main.Count == 0)
                {
                    _out.Add(_in[0]);
                    _in.RemoveAt(0);
                    if (_out.Count > capacity / 2)
                    {
                        _out.RemoveAt(0);
                    }
                }
                else
                {
                    _main.RemoveAt(0);
                }
            }

            (returns ? _main : _in).Add(key);
            return false;
        }
    }
}
