using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Vouch.Caching.Policies;

/// <summary>Learns when keys of each kind are read again, and from it the hit density of an entry: the most hits per unit of time that keeping it can bring, by its kind and the time since its last read.</summary>
/// <remarks>
/// <para>
/// A kind says how often a key was read (once, twice, more) and for those read again the time between the last two reads, for those read once their place in a row of new keys: how far from its beginning,
/// whether known keys in a row came before, and whether it ended there. What is read in order (the blocks of a file, of a conversation) shows by its beginning what it is, and its last piece is often one that
/// the next version replaces. For each kind it keeps how many reads came at each age, and how many keys reached that age without one: from both, the chance of a read in each interval of age as in
/// E. L. Kaplan and P. Meier, "Nonparametric estimation from incomplete observations", JASA 1958, drawn towards the average of similar kinds while evidence is thin: thinner than it looks where keys that were read
/// together are read again together, by the length of such runs (the design effect of L. Kish, <i>Survey Sampling</i>, Wiley, 1965). Keys that are still waiting count, so that a scan is known for one
/// before it ends.
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
    /// <summary>The kind of what is no key: its density is infinite.</summary>
    public const byte NoKind = byte.MaxValue;

    private const int Bins = 112; // four to the octave up to 2^29 requests
    private const int ReadClasses = 4;
    private const int KindsPerClass = 32;
    private const int Kinds = ReadClasses * KindsPerClass;
    private const int FirstKind = (ReadClasses + 1) * Bins; // in the densities: after those of the classes and of what is no key
    private const float Prior = 0.05f; // what is believed before anything is known: one in twenty is read within as many requests as there are entries, and the older, the more slowly
    private const float PriorStrength = 2;
    private const float KindStrength = 30; // observations at which a kind's own evidence weighs as much as its relatives'
    private const float LongestRun = 4; // counted as one observation at most, or a loop, which is all one run, would be learnt only after many rounds
    private const byte AfterKnown = 4; // bits of the kind of a key read once, above two of its place
    private const byte Last = 8;

    private static readonly float[] AgeStarts = [.. Enumerable.Range(0, Bins + 1).Select(bin => (float)AgeStart(bin))];

    private readonly int[] _rowOf = new int[Kinds]; // where a kind's counters begin; -1 where it was never met
    private readonly int[] _densityAt = new int[NoKind + 1]; // where its densities begin: a kind without evidence of its own has those of its class
    private float[] _reads = [];
    private float[] _lost = [];
    private float[] _waiting = [];
    private float[] _densities = new float[FirstKind]; // first those of the classes, then of the kinds that were met
    private int _used;
    private double _allReads = 1;
    private double _runs = 1; // of reads in a row at about the same age
    private int _lastBin = -1;

    public ReuseModel()
    {
        Array.Fill(_rowOf, -1);
        _densityAt[NoKind] = ReadClasses * Bins;
        _densities.AsSpan(ReadClasses * Bins, Bins).Fill(float.PositiveInfinity);
        Learn(1, 1);
    }

    /// <summary>The kind of a key that is new, by what came just before it.</summary>
    /// <param name="row">How many new keys there were in a row, this one included.</param>
    /// <param name="known">How many known keys in a row were before them.</param>
    public static byte Once(uint row, uint known) => (byte)(Math.Min(BitOperations.Log2(row | 1) / 2, 3) + (known > 1 ? AfterKnown : 0));

    /// <summary>The kind of a key, if new, that turned out to be the last in a row of new keys.</summary>
    public static byte LastOfRow(byte kind) => kind < KindsPerClass ? (byte)(kind | Last) : kind;

    /// <summary>The kind of a key that is read again at an age: the octave of that age, by how often the key was read.</summary>
    /// <param name="kind">Its kind until now.</param>
    /// <param name="age">The time since its last read.</param>
    /// <param name="coin">A random bit, which makes every other one of the reads after the third count.</param>
    public static byte Again(byte kind, uint age, bool coin)
    {
        // Without a branch: which one it is, the processor could not guess.
        int reads = kind / KindsPerClass;
        int next = Math.Min(reads + 1, 3) - (reads == 2 & coin ? 1 : 0);
        return (byte)((next * KindsPerClass) + (AgeBin(age) >> 2));
    }

    /// <summary>A key of that kind was read at that age.</summary>
    public void Read(byte kind, uint age)
    {
        int row = RowOf(kind);
        int bin = AgeBin(age);
        _reads[row + bin]++;
        _allReads++;
        if (bin != _lastBin)
        {
            _lastBin = bin;
            _runs++;
        }
    }

    /// <summary>A key of that kind was last seen at that age and cannot be watched any longer.</summary>
    public void Lost(byte kind, uint age)
    {
        int place = PlaceOf(kind, age);
        _lost[place]++;
    }

    /// <summary>So many keys of that kind wait at that age. Said of all keys before each <see cref="Learn"/>.</summary>
    public void Waiting(byte kind, uint age, float keys)
    {
        int place = PlaceOf(kind, age);
        _waiting[place] += keys;
    }

    /// <summary>Hits per unit of time that keeping an entry may bring.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Density(byte kind, uint age) => _densities[_densityAt[kind] + AgeBin(age)];

    /// <summary>The densities as they are until the next <see cref="Learn"/> or kind met, without checks: for many in a row.</summary>
    public Densities Current => new(ref MemoryMarshal.GetArrayDataReference(_densityAt), ref MemoryMarshal.GetArrayDataReference(_densities));

    /// <summary>Works out the densities from all evidence, and lets it fade.</summary>
    /// <param name="entries">How many entries the cache has.</param>
    /// <param name="keep">The share of the evidence to keep for next time.</param>
    public void Learn(int entries, float keep)
    {
        Span<float> classReads = stackalloc float[ReadClasses * Bins];
        Span<float> classOthers = stackalloc float[ReadClasses * Bins];
        Span<float> allReads = stackalloc float[Bins];
        Span<float> allOthers = stackalloc float[Bins];
        classReads.Clear();
        classOthers.Clear();
        allReads.Clear();
        allOthers.Clear();
        for (int kind = 0; kind < Kinds; kind++)
        {
            int row = _rowOf[kind];
            if (row >= 0)
            {
                // From here on the lost ones stand with those that wait.
                Add(_lost.AsSpan(row, Bins), _waiting.AsSpan(row, Bins));
                int at = kind / KindsPerClass * Bins;
                Add(_reads.AsSpan(row, Bins), classReads.Slice(at, Bins));
                Add(_waiting.AsSpan(row, Bins), classOthers.Slice(at, Bins));
            }
        }

        Span<float> prior = stackalloc float[Bins];
        for (int bin = 0; bin < Bins; bin++)
        {
            prior[bin] = Math.Min(0.5f, Prior * (AgeStarts[bin + 1] - AgeStarts[bin]) / Math.Max(entries, AgeStarts[bin]));
        }

        for (int reads = 0; reads < ReadClasses; reads++)
        {
            Add(classReads.Slice(reads * Bins, Bins), allReads);
            Add(classOthers.Slice(reads * Bins, Bins), allOthers);
        }

        float strength = KindStrength * Math.Min((float)(_allReads / _runs), LongestRun);
        Span<float> ofAll = stackalloc float[Bins];
        Span<float> ofClass = stackalloc float[Bins];
        Span<float> ofKind = stackalloc float[Bins];
        Chances(allReads, allOthers, prior, PriorStrength, ofAll);
        for (int reads = 0; reads < ReadClasses; reads++)
        {
            int at = reads * Bins;
            Chances(classReads.Slice(at, Bins), classOthers.Slice(at, Bins), ofAll, strength, ofClass);
            Density(ofClass, _densities.AsSpan(at, Bins));
            for (int kind = reads * KindsPerClass; kind < (reads + 1) * KindsPerClass; kind++)
            {
                int row = _rowOf[kind];
                _densityAt[kind] = row < 0 ? at : FirstKind + row;
                if (row >= 0)
                {
                    Chances(_reads.AsSpan(row, Bins), _waiting.AsSpan(row, Bins), ofClass, strength, ofKind);
                    Density(ofKind, _densities.AsSpan(_densityAt[kind], Bins));
                }
            }
        }

        _allReads *= keep;
        _runs *= keep;
        Scale(_reads, keep);
        Scale(_lost, keep);
        Array.Clear(_waiting);
    }

    // Without a branch: ages below eight are their own bins, and above the three highest bits say which.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int AgeBin(uint age)
    {
        int shift = 29 - BitOperations.LeadingZeroCount(age | 4);
        return Math.Min(Bins - 1, (shift << 2) + (int)(age >> shift));
    }

    /// <summary>The least age in a bin.</summary>
    internal static double AgeStart(int bin) => bin < 4 ? bin : Math.Pow(2, (bin >> 2) + 1) * (1 + ((bin & 3) / 4.0));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PlaceOf(byte kind, uint age)
    {
        int row = RowOf(kind);
        return row + AgeBin(age);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int RowOf(byte kind)
    {
        int row = _rowOf[kind];
        return row >= 0 ? row : NewRow(kind);
    }

    private int NewRow(byte kind)
    {
        int row = _used;
        _used += Bins;
        if (_used > _reads.Length)
        {
            int length = Math.Max(4 * Bins, 2 * _reads.Length);
            Array.Resize(ref _reads, length);
            Array.Resize(ref _lost, length);
            Array.Resize(ref _waiting, length);
            Array.Resize(ref _densities, FirstKind + length);
        }

        _rowOf[kind] = row;
        return row;
    }

    private static void Scale(float[] values, float factor)
    {
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(values.AsSpan());
        foreach (ref Vector<float> vector in vectors)
        {
            vector *= factor;
        }

        foreach (ref float value in values.AsSpan(vectors.Length * Vector<float>.Count))
        {
            value *= factor;
        }
    }

    private static void Add(ReadOnlySpan<float> row, Span<float> sum)
    {
        ReadOnlySpan<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(row);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(sum);
        for (int i = 0; i < sums.Length; i++)
        {
            sums[i] += vectors[i];
        }

        for (int i = sums.Length * Vector<float>.Count; i < sum.Length; i++)
        {
            sum[i] += row[i];
        }
    }

    // The chance of a read in each bin for a key that reached it. The others are keys that were in that bin when last seen.
    private static void Chances(ReadOnlySpan<float> reads, ReadOnlySpan<float> others, ReadOnlySpan<float> prior, float strength, Span<float> chances)
    {
        float reached = 0;
        for (int bin = Bins - 1; bin >= 0; bin--)
        {
            float half = others[bin] / 2;
            reached += reads[bin] + half;
            chances[bin] = (reads[bin] + (strength * prior[bin])) / (reached + strength);
            reached += half;
        }
    }

    /// <summary>The index of each bin, from the chance of a read in each: the best of hits / time over all stretches of bins that begin there.</summary>
    /// <remarks>O(bins). From the last bin to the first: a bin takes in the stretch that follows it as long as that one brings more per unit of time.</remarks>
    internal static void Density(ReadOnlySpan<float> chances, Span<float> densities)
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

    /// <summary>What <see cref="Density(byte, uint)"/> says, read without checks: a kind is a byte, and there are as many places.</summary>
    public readonly ref struct Densities
    {
        private readonly ref int _places;
        private readonly ref float _values;

        public Densities(ref int places, ref float values)
        {
            _places = ref places;
            _values = ref values;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public float Of(byte kind, uint age) => Unsafe.Add(ref _values, (nint)(uint)(Unsafe.Add(ref _places, (nint)kind) + AgeBin(age)));
    }
}
