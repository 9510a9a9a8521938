namespace Vouch.Caching.Policies;

/// <summary>All eviction policies, by name.</summary>
internal static class EvictionPolicies
{
    /// <summary>The policy for most hits. See <see cref="Adaptive"/>.</summary>
    public const string Default = "Adaptive";

    /// <summary>The policy for most weight hit, where entries have weights.</summary>
    public const string DefaultForWeight = "SIEVE";

    /// <summary>Up to this capacity a committee with full shadows decides at first; above it hit density alone from the beginning, in a tenth of the memory.</summary>
    public const int LargestCommittee = 4096;

    private static readonly (string Name, Func<long, bool, EvictionPolicy> Create)[] All =
    [
        (Default, Adaptive),
        ("HitDensity", (_, _) => new HitDensityPolicy("HitDensity", perWeight: true)),
        ("HitDensity-Weight", (_, _) => new HitDensityPolicy("HitDensity-Weight", perWeight: false)),
        ("LRU", (_, _) => new LruPolicy()),
        ("FIFO", (_, _) => new FifoPolicy()),
        ("CLOCK", (capacity, _) => new ClockPolicy(capacity)),
        ("SIEVE", (capacity, _) => new SievePolicy(capacity)),
        ("S3-FIFO", (capacity, _) => new S3FifoPolicy(capacity)),
        ("2Q", (capacity, _) => new TwoQueuePolicy(capacity)),
        ("ARC", (capacity, _) => new ArcPolicy(capacity)),
        ("LIRS", (capacity, _) => new LirsPolicy(capacity)),
        ("LFU", (capacity, _) => new LfuPolicy(capacity)),
        ("W-TinyLFU", (capacity, _) => new TinyLfuPolicy(capacity)),
        ("GDSF", (capacity, _) => new GdsfPolicy(capacity)),
        ("GDSF-History", (capacity, _) => new GdsfPolicy(capacity, "GDSF-History", remembers: true)),
    ];

    /// <summary>The names that <see cref="Create"/> knows, in the order that tables show.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(policy => policy.Name)];

    /// <summary>A policy for a cache that holds that much.</summary>
    /// <param name="name">One of <see cref="Names"/>; case does not matter.</param>
    /// <param name="capacity">What the cache holds: entries, or weight.</param>
    /// <param name="weighted">Whether entries may weigh other than 1.</param>
    /// <exception cref="ArgumentException">No policy has that name.</exception>
    public static EvictionPolicy Create(string name, long capacity, bool weighted = false)
    {
        foreach ((string known, Func<long, bool, EvictionPolicy> create) in All)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return create(capacity, weighted);
            }
        }

        throw new ArgumentException($"No eviction policy is called '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
    }

    // Small caches see too few requests to learn a density well before the traffic changes, and can afford shadows: LIRS leads until LRU or the density has proven better. Where weights differ by orders
    // of magnitude, reads per weight decide.
    private static EvictionPolicy Adaptive(long capacity, bool weighted) => (weighted, capacity) switch
    {
        (true, _) => new GdsfPolicy(capacity, Default, remembers: true),
        (false, <= LargestCommittee) => new AdaptivePolicy(Default, capacity),
        _ => new HitDensityPolicy(Default, perWeight: true),
    };
}
