using System.Numerics;

namespace Vouch.Caching.Policies;

/// <summary>Learns when keys of each kind are read again, and from it the hit density of an entry: the most hits per unit of time that keeping it can bring, by its kind and the time since its last read.</summary>
/// <remarks>
/// <para>
/// A kind says how often a key was read (once, twice, more) and for those read again the time between the last two reads, for those read once what came just before (a run of misses, a run of
/// hits). For each kind it keeps how many reads came at each age, and how many keys reached that age without one: from both, the chance of a read in each interval of age as in
/// E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", JASA 1958, drawn towards the average of similar kinds while evidence is thin. Keys that are still waiting count,
/// so that a scan is known for one before it ends.
/// </para>
/// <para>
/// The density is J. C. Gittins' index ("Bandit processes and dynamic allocation indices", JRSS B 1979): the maximum over all times to give up of chance of a hit / expected time kept.
/// The idea to evict by hit density is N. Beckmann, H. Chen and A. Cidon's ("LHD: improving cache hit rate by maximizing hit density", NSDI 2018); this one learns from departed keys too, and from kinds
/// of keys instead of the cache's own hits alone. A loop's oldest entry is its densest, a popular key's youngest, and an entry whose time has passed is worth nothing.
/// </para>
/// <para>Ages are told apart four to the octave. It takes 1.3 KB for each kind met: some tens of kilobytes, whatever the capacity.</para>
/// </remarks>
internal sealed class ReuseModel
{
    private const int Bins = 112; // four to the octave up to 2^29 requests
    private const int ReadClasses = 4;
    private const int KindsPerClass = 32;
    private const int Kinds = ReadClasses * KindsPerClass;
    private const float Prior = 0.05f; // what is believed before anything is known: at any age, one in twenty is read within as many requests as there are entries
    private const float PriorStrength = 2;
    private const float KindStrength = 30; // observations at which a kind's own evidence weighs as much as its relatives'

    private static readonly float[] AgeStarts = [.. Enumerable.Range(0, Bins + 1).Select(bin => (float)AgeStart(bin))];

    private readonly float[]?[] _reads = new float[Kinds][];
    private readonly float[]?[] _lost = new float[Kinds][];
    private readonly float[]?[] _waiting = new float[Kinds][];
    private readonly float[]?[] _own = new float[Kinds][];
    private readonly float[][] _densities = new float[Kinds][];
    private readonly float[][] _ofClass = [new float[Bins], new float[Bins], new float[Bins], new float[Bins]];

    public ReuseModel() => Learn(1, 1);

    /// <summary>The kind of a key that is new, by what came just before it.</summary>
    /// <param name="misses">How many misses there were in a row, this one included.</param>
    /// <param name="hits">How many hits in a row were before them.</param>
    public static byte Once(uint misses, uint hits) =>
        (byte)(Math.Min(BitOperations.Log2(misses | 1) / 2, 3) + (4 * (hits < 2 ? 0 : hits < 4 ? 1 : hits < 16 ? 2 : 3)));

    /// <summary>The kind of a key that is read again at an age: the octave of that age, by how often the key was read.</summary>
    /// <param name="kind">Its kind until now.</param>
    /// <param name="age">The time since its last read.</param>
    /// <param name="coin">A random bit, which makes every other one of the reads after the third count.</param>
    public static byte Again(byte kind, uint age, bool coin)
    {
        int reads = kind / KindsPerClass;
        int next = reads == 0 ? 1 : reads == 1 || (reads == 2 && coin) ? 2 : 3;
        return (byte)((next * KindsPerClass) + (AgeBin(age) >> 2));
    }

    /// <summary>A key of that kind was read at that age.</summary>
    public void Read(byte kind, uint age) => Row(_reads, kind)[AgeBin(age)]++;

    /// <summary>A key of that kind was last seen at that age and cannot be watched any longer.</summary>
    public void Lost(byte kind, uint age) => Row(_lost, kind)[AgeBin(age)]++;

    /// <summary>So many keys of that kind wait at that age. Said of all keys before each <see cref="Learn"/>.</summary>
    public void Waiting(byte kind, uint age, float keys) => Row(_waiting, kind)[AgeBin(age)] += keys;

    /// <summary>Hits per unit of time that keeping an entry may bring.</summary>
    public float Density(byte kind, uint age) => _densities[kind][AgeBin(age)];

    /// <summary>Works out the densities from all evidence, and lets it fade.</summary>
    /// <param name="entries">How many entries the cache has.</param>
    /// <param name="keep">The share of the evidence to keep for next time.</param>
    public void Learn(int entries, float keep)
    {
        Span<float> prior = stackalloc float[Bins];
        for (int bin = 0; bin < Bins; bin++)
        {
            prior[bin] = Math.Min(0.5f, Prior * (AgeStarts[bin + 1] - AgeStarts[bin]) / entries);
        }

        Span<float> all = stackalloc float[Bins];
        Span<float> ofClass = stackalloc float[Bins];
        Span<float> ofKind = stackalloc float[Bins];
        Chances(0, Kinds, prior, PriorStrength, all);
        for (int reads = 0; reads < ReadClasses; reads++)
        {
            int first = reads * KindsPerClass;
            Chances(first, first + KindsPerClass, all, KindStrength, ofClass);
            Density(ofClass, _ofClass[reads]);
            for (int kind = first; kind < first + KindsPerClass; kind++)
            {
                _densities[kind] = _ofClass[reads];
                if (_reads[kind] is not null || _lost[kind] is not null || _waiting[kind] is not null)
                {
                    Chances(kind, kind + 1, ofClass, KindStrength, ofKind);
                    Density(ofKind, _densities[kind] = _own[kind] ??= new float[Bins]);
                }
            }
        }

        for (int kind = 0; kind < Kinds; kind++)
        {
            Scale(_reads[kind], keep);
            Scale(_lost[kind], keep);
            Array.Clear(_waiting[kind] ?? []);
        }
    }

    private static int AgeBin(uint age)
    {
        if (age < 4)
        {
            return (int)age;
        }

        int octave = BitOperations.Log2(age);
        return Math.Min(Bins - 1, ((octave - 1) << 2) + (int)(age >> (octave - 2) & 3));
    }

    /// <summary>The least age in a bin.</summary>
    internal static double AgeStart(int bin) => bin < 4 ? bin : Math.Pow(2, (bin >> 2) + 1) * (1 + ((bin & 3) / 4.0));

    private static float[] Row(float[]?[] table, byte kind) => table[kind] ??= new float[Bins];

    private static void Scale(float[]? row, float factor)
    {
        foreach (ref float value in row.AsSpan())
        {
            value *= factor;
        }
    }

    // The chance of a read in each bin for a key that reached it, over some kinds together.
    private void Chances(int from, int to, ReadOnlySpan<float> prior, float strength, Span<float> chances)
    {
        Span<float> reads = stackalloc float[Bins];
        Span<float> others = stackalloc float[Bins];
        reads.Clear();
        others.Clear();
        for (int kind = from; kind < to; kind++)
        {
            Add(_reads[kind], reads);
            Add(_lost[kind], others);
            Add(_waiting[kind], others);
        }

        float reached = 0;
        for (int bin = Bins - 1; bin >= 0; bin--)
        {
            reached += reads[bin] + (others[bin] / 2);
            chances[bin] = (reads[bin] + (strength * prior[bin])) / (reached + strength);
            reached += others[bin] / 2;
        }
    }

    private static void Add(float[]? row, Span<float> sum)
    {
        for (int bin = 0; row is not null && bin < Bins; bin++)
        {
            sum[bin] += row[bin];
        }
    }

    /// <summary>The index of each bin, from the chance of a read in each: the best of hits / time over all stretches of bins that begin there.</summary>
    /// <remarks>O(bins). From the last bin to the first: a bin takes in the stretch that follows it as long as that one brings more per unit of time.</remarks>
    internal static void Density(ReadOnlySpan<float> chances, float[] densities)
    {
        Span<float> hits = stackalloc float[Bins];
        Span<float> times = stackalloc float[Bins];
        Span<float> survivals = stackalloc float[Bins];
        int top = 0;
        for (int bin = Bins - 1; bin >= 0; bin--)
        {
            float hit = chances[bin];
            float time = (AgeStarts[bin + 1] - AgeStarts[bin]) * (1 - (hit / 2));
            float survival = 1 - hit;
            while (top > 0 && hits[top - 1] * time > hit * times[top - 1])
            {
                top--;
                hit += survival * hits[top];
                time += survival * times[top];
                survival *= survivals[top];
            }

            hits[top] = hit;
            times[top] = time;
            survivals[top++] = survival;
            densities[bin] = hit / time;
        }
    }
}
