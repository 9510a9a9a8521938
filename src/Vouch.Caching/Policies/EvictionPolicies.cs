namespace Vouch.Caching.Policies;

/// <summary>All eviction policies, by name.</summary>
internal static class EvictionPolicies
{
    private static readonly (string Name, Func<long, EvictionPolicy> Create)[] All =
    [
        ("LRU", _ => new LruPolicy()),
        ("FIFO", _ => new FifoPolicy()),
        ("CLOCK", capacity => new ClockPolicy(capacity)),
        ("SIEVE", capacity => new SievePolicy(capacity)),
        ("S3-FIFO", capacity => new S3FifoPolicy(capacity)),
        ("2Q", capacity => new TwoQueuePolicy(capacity)),
        ("ARC", capacity => new ArcPolicy(capacity)),
        ("LIRS", capacity => new LirsPolicy(capacity)),
        ("LFU", capacity => new LfuPolicy(capacity)),
        ("W-TinyLFU", capacity => new TinyLfuPolicy(capacity)),
        ("GDSF", capacity => new GdsfPolicy(capacity)),
    ];

    /// <summary>The policy for caches that count entries, and for most hits where entries have weights.</summary>
    public const string Default = "W-TinyLFU";

    /// <summary>The policy for caches that want most of the requested weight to be hit.</summary>
    public const string DefaultForWeight = "SIEVE";

    /// <summary>The names that <see cref="Create"/> knows, in the order that tables show.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(policy => policy.Name)];

    /// <summary>A policy for a cache that holds that much.</summary>
    /// <exception cref="ArgumentException">No policy has that name (case does not matter).</exception>
    public static EvictionPolicy Create(string name, long capacity)
    {
        foreach ((string known, Func<long, EvictionPolicy> create) in All)
        {
            if (string.Equals(known, name, StringComparison.OrdinalIgnoreCase))
            {
                return create(capacity);
            }
        }

        throw new ArgumentException($"No eviction policy is called '{name}'. There are: {string.Join(", ", Names)}.", nameof(name));
    }
}
