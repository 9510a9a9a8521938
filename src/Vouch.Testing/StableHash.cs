namespace Vouch.Testing;

/// <summary>A seed from texts and numbers that is the same in every process (string hash codes are not). FNV-1a over UTF-16, finished by the mixer of SplitMix64.</summary>
internal static class StableHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public static int Seed(int seed, string worker, string unit, int attempt)
    {
        ulong hash = OffsetBasis;
        Add(ref hash, (uint)seed);
        Add(ref hash, worker);
        Add(ref hash, unit);
        Add(ref hash, (uint)attempt);
        hash ^= hash >> 30;
        hash *= 0xBF58476D1CE4E5B9;
        hash ^= hash >> 27;
        hash *= 0x94D049BB133111EB;
        hash ^= hash >> 31;
        return (int)(hash >> 33);
    }

    private static void Add(ref ulong hash, string text)
    {
        foreach (char unit in text)
        {
            hash = (hash ^ unit) * Prime;
        }

        Add(ref hash, (uint)text.Length);
    }

    private static void Add(ref ulong hash, uint value)
    {
        for (int shift = 0; shift < 32; shift += 8)
        {
            hash = (hash ^ ((value >> shift) & 0xFF)) * Prime;
        }
    }
}
