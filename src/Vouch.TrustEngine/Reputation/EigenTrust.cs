using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>Global trust from what peers say about each other, anchored in workers that the host has verified itself.</summary>
/// <remarks>
/// <para>The fixed point of <c>t = (1 - a) C^T t + a p</c>: C holds the opinions, each row brought to a sum of 1; p is the anchor, and the row of a worker
/// without opinions. A share <c>a</c> of all trust comes straight from the anchor, so a clique that only praises itself cannot keep what it attracts: trust that
/// enters it leaks out at a rate of <c>a</c> per step. It is no proof: peers' words about cheats that deal honestly with peers are good. Use it to order
/// strangers for probation, never in place of checks.</para>
/// <para>Source: S. D. Kamvar, M. T. Schlosser, H. Garcia-Molina, "The EigenTrust algorithm for reputation management in P2P networks", <i>WWW</i>, 2003.</para>
/// <para>Pure and safe to share. O(iterations * opinions); about ln(1e-15) / ln(1 - a) iterations. The order of the opinions does not matter.</para>
/// </remarks>
public static class EigenTrust
{
    private const double Tolerance = 1e-15;

    /// <summary>Computes the trust of everyone who is named.</summary>
    /// <param name="opinions">The opinions; several of one worker about another add up, about itself count for nothing.</param>
    /// <param name="anchor">The workers that the host trusts and how much: finite weights of 0 or more, not all 0. Take them from verified work (<see cref="ReputationSnapshot.Weight"/>).</param>
    /// <param name="anchorShare">The share a of all trust that comes from the anchor, in (0, 1]. The paper's figures use 0.1 to 0.2.</param>
    /// <param name="entityOf">Who runs a worker, or null; praise within one owner counts for nothing.</param>
    /// <returns>The trust of each worker that gave or got an opinion or is in the anchor; the values add up to 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">The anchor is empty or names a worker twice; an opinion or an anchor holds a default id or a number out of range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="anchorShare"/> is outside its range.</exception>
    public static EigenTrustResult Compute(
        IEnumerable<PeerOpinion> opinions,
        IEnumerable<KeyValuePair<WorkerId, double>> anchor,
        double anchorShare = 0.15,
        Func<WorkerId, string?>? entityOf = null)
    {
        ArgumentNullException.ThrowIfNull(opinions);
        ArgumentNullException.ThrowIfNull(anchor);
        if (!(anchorShare is > 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(anchorShare), anchorShare, "The anchor's share is a number in (0, 1].");
        }

        SortedDictionary<WorkerId, double> anchors = AnchorsOf(anchor);
        SortedDictionary<WorkerId, SortedDictionary<WorkerId, double>> sums = SumsOf(opinions, entityOf);
        WorkerId[] workers = [.. anchors.Keys.Concat(sums.Keys).Concat(sums.Values.SelectMany(static row => row.Keys)).Distinct().Order()];
        Dictionary<WorkerId, int> indexOf = workers.Select(static (worker, index) => (worker, index)).ToDictionary(static pair => pair.worker, static pair => pair.index);
        var start = new double[workers.Length];
        double total = anchors.Values.Sum();
        foreach ((WorkerId worker, double weight) in anchors)
        {
            start[indexOf[worker]] = weight / total;
        }

        var rows = new (int To, double Share)[workers.Length][];
        foreach ((WorkerId from, SortedDictionary<WorkerId, double> row) in sums)
        {
            double highest = row.Values.DefaultIfEmpty(0).Max();
            if (highest > 0)
            {
                // Scaled first: a sum of large opinions must not overflow.
                double sum = row.Values.Sum(value => Math.Max(0, value) / highest);
                rows[indexOf[from]] = [.. row.Where(static pair => pair.Value > 0).Select(pair => (indexOf[pair.Key], pair.Value / highest / sum))];
            }
        }

        (double[] trust, int iterations, double change) = Iterate(rows, start, anchorShare);

        // A contraction by 1 - a: what is missing is at most the last change times (1 - a) / a.
        double bound = change * (1 - anchorShare) / anchorShare;
        return new EigenTrustResult(workers.Zip(trust).ToDictionary(static pair => pair.First, static pair => pair.Second), iterations, bound);
    }

    private static (double[] Trust, int Iterations, double Change) Iterate((int To, double Share)[][] rows, double[] start, double anchorShare)
    {
        double[] trust = [.. start];
        var next = new double[start.Length];
        int most = anchorShare >= 1 ? 1 : 16 + (int)Math.Min(10_000_000, Math.Ceiling(Math.Log(Tolerance) / double.LogP1(-anchorShare)));
        double change = double.PositiveInfinity;
        int iterations = 0;
        while (iterations < most && change > Tolerance)
        {
            Array.Clear(next);
            double silent = 0;
            for (int from = 0; from < trust.Length; from++)
            {
                if (rows[from] is not { } row)
                {
                    silent += trust[from];
                    continue;
                }

                foreach ((int to, double share) in row)
                {
                    next[to] += share * trust[from];
                }
            }

            change = 0;
            for (int i = 0; i < trust.Length; i++)
            {
                next[i] = ((1 - anchorShare) * (next[i] + (silent * start[i]))) + (anchorShare * start[i]);
                change += Math.Abs(next[i] - trust[i]);
            }

            (trust, next) = (next, trust);
            iterations++;
        }

        return (trust, iterations, change);
    }

    private static SortedDictionary<WorkerId, double> AnchorsOf(IEnumerable<KeyValuePair<WorkerId, double>> anchor)
    {
        var anchors = new SortedDictionary<WorkerId, double>();
        foreach ((WorkerId worker, double weight) in anchor)
        {
            if (worker.IsDefault || !(weight >= 0 && double.IsFinite(weight)) || !anchors.TryAdd(worker, weight))
            {
                throw new ArgumentException($"An anchor names a worker once, with a finite weight of 0 or more; it reads ({worker}, {weight}).", nameof(anchor));
            }
        }

        double highest = anchors.Values.DefaultIfEmpty(0).Max();
        if (!(highest > 0))
        {
            throw new ArgumentException("Without a worker that the host trusts itself, trust is worth nothing: whoever praises loudest would have it.", nameof(anchor));
        }

        foreach (WorkerId worker in anchors.Keys.ToArray())
        {
            anchors[worker] /= highest;
        }

        return anchors;
    }

    private static SortedDictionary<WorkerId, SortedDictionary<WorkerId, double>> SumsOf(IEnumerable<PeerOpinion> opinions, Func<WorkerId, string?>? entityOf)
    {
        var sums = new SortedDictionary<WorkerId, SortedDictionary<WorkerId, double>>();

        // In one order whatever order they came in: sums of doubles depend on it.
        PeerOpinion[] ordered = [.. opinions.OrderBy(static opinion => opinion.From).ThenBy(static opinion => opinion.About).ThenBy(static opinion => opinion.Satisfaction)];
        foreach (PeerOpinion opinion in ordered)
        {
            if (opinion.From.IsDefault || opinion.About.IsDefault || !double.IsFinite(opinion.Satisfaction))
            {
                throw new ArgumentException($"An opinion names two workers and a finite satisfaction; it reads {opinion}.", nameof(opinions));
            }

            if (!sums.TryGetValue(opinion.From, out SortedDictionary<WorkerId, double>? row))
            {
                sums.Add(opinion.From, row = []);
            }

            bool own = opinion.From == opinion.About || (entityOf?.Invoke(opinion.From) is { } owner && owner == entityOf(opinion.About));
            row[opinion.About] = Math.Clamp(row.GetValueOrDefault(opinion.About) + (own ? 0 : opinion.Satisfaction), double.MinValue, double.MaxValue);
        }

        return sums;
    }
}
