using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>Finds workers that are wrong together: rings, camouflage on chosen targets, copycats of wrong answers.</summary>
/// <remarks>
/// <para>Looks at verified units only. Whenever one worker was proven wrong on a unit that another answered too, the other either gave the same wrong answer or it did not; workers on
/// their own do so with a chance of at most <see cref="CoincidenceRate"/>, however hard the units are. A pair is linked when a test that may be looked at after every unit
/// says more. Over all pairs and all time a false link has a chance of at most <c>alpha</c>: the k-th pair to appear gets the share <c>alpha / (k (k + 1))</c>.</para>
/// <para>That two agree on <i>right</i> answers is no evidence. Linked workers are to be treated as one owner (<see cref="ReputationLedger.Enroll"/>).</para>
/// <para>Safe to share. O(w · a) per unit for w wrong among a answers; memory grows with the pairs of which one was wrong.</para>
/// <para>Sources: X. L. Dong, L. Berti-Equille, D. Srivastava, "Integrating conflicting data: the role of source dependence", <i>PVLDB</i> 2, 2009 (shared errors, not shared truths,
/// betray copying); J. Ville, 1939 (the test).</para>
/// </remarks>
public sealed class RingWatch
{
    private readonly Dictionary<(WorkerId First, WorkerId Second), Pair> _pairs = [];
    private readonly Dictionary<WorkerId, WorkerId> _parent = [];
    private readonly Lock _lock = new();
    private readonly double _logAlpha;

    /// <summary>Initializes a watch.</summary>
    /// <param name="coincidenceRate">The chance that a worker on its own gives the same wrong answer where another erred, in (0, 1). The default is 0.2; exact work with many possible wrong answers needs less.</param>
    /// <param name="alpha">The chance of ever linking any two workers that are on their own, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public RingWatch(double coincidenceRate = 0.2, double alpha = 0.001)
    {
        if (!(coincidenceRate is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(coincidenceRate), coincidenceRate, "A rate is a number in (0, 1).");
        }

        if (!(alpha is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "A chance of error is a number in (0, 1).");
        }

        CoincidenceRate = coincidenceRate;
        _logAlpha = Math.Log(alpha);
    }

    /// <summary>Gets the chance that a worker on its own gives the same wrong answer where another erred.</summary>
    public double CoincidenceRate { get; }

    /// <summary>Gets the rings found so far: two workers or more each, in id order, the rings by their first worker.</summary>
    public IReadOnlyList<IReadOnlyList<WorkerId>> Rings
    {
        get
        {
            lock (_lock)
            {
                return [.. _parent.Keys.ToArray().GroupBy(Root).Select(static ring => (IReadOnlyList<WorkerId>)[.. ring.Order()]).OrderBy(static ring => ring[0])];
            }
        }
    }

    /// <summary>Takes a unit whose right answer is known.</summary>
    /// <param name="answers">Who answered what. Equal texts are equal answers (a digest, a normalised label).</param>
    /// <param name="truth">The right answer.</param>
    /// <returns>The pairs that this unit linked, in id order; usually none.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A worker is the default value or appears twice, or an answer is null.</exception>
    public IReadOnlyList<(WorkerId First, WorkerId Second)> Record(IReadOnlyList<KeyValuePair<WorkerId, string>> answers, string truth)
    {
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(truth);
        KeyValuePair<WorkerId, string>[] ordered = [.. answers.OrderBy(static answer => answer.Key)];
        for (int i = 0; i < ordered.Length; i++)
        {
            if (ordered[i].Key.IsDefault || ordered[i].Value is null || (i > 0 && ordered[i].Key == ordered[i - 1].Key))
            {
                throw new ArgumentException("A unit has one answer, not null, per worker.", nameof(answers));
            }
        }

        var linked = new List<(WorkerId, WorkerId)>();
        lock (_lock)
        {
            for (int i = 0; i < ordered.Length; i++)
            {
                for (int j = i + 1; j < ordered.Length; j++)
                {
                    bool wrong = ordered[i].Value != truth || ordered[j].Value != truth;
                    if (wrong && Counts(ordered[i].Key, ordered[j].Key, ordered[i].Value == ordered[j].Value))
                    {
                        linked.Add((ordered[i].Key, ordered[j].Key));
                    }
                }
            }
        }

        return linked;
    }

    /// <summary>Takes one more unit into a pair's record; true when that links it.</summary>
    private bool Counts(WorkerId first, WorkerId second, bool same)
    {
        if (!_pairs.TryGetValue((first, second), out Pair? pair))
        {
            double rank = _pairs.Count + 1;
            _pairs.Add((first, second), pair = new Pair(-_logAlpha + Math.Log(rank) + Math.Log(rank + 1)));
        }

        pair.Together += same ? 1 : 0;
        pair.Apart += same ? 0 : 1;
        if (pair.IsLinked || !same || FailureRateTest.LogEvidence(pair.Together, pair.Apart, CoincidenceRate) < pair.Threshold)
        {
            return false;
        }

        pair.IsLinked = true;
        _parent.TryAdd(first, first);
        _parent.TryAdd(second, second);
        _parent[Root(second)] = Root(first);
        return true;
    }

    private WorkerId Root(WorkerId worker)
    {
        while (_parent[worker] != worker)
        {
            worker = _parent[worker] = _parent[_parent[worker]];
        }

        return worker;
    }

    private sealed class Pair(double threshold)
    {
        public double Threshold { get; } = threshold;

        public long Together { get; set; }

        public long Apart { get; set; }

        public bool IsLinked { get; set; }
    }
}
