using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Guarantees;

/// <summary>Certifies, on a calibration sample, the cheapest policy that keeps a promise.</summary>
/// <remarks>
/// <para>
/// The candidates are tested one after the other, each at the full level, until the first that fails: the chance that any certified one breaks the promise is at most one minus the
/// confidence (fixed-sequence testing; no correction is paid for the number of candidates). A promise relative to the best single endpoint is tested against every endpoint, query by query on
/// the difference of scores; all must be rejected, so it need not be known which one is best (intersection-union testing, again without correction).
/// </para>
/// <para>Each test bets (see Waudby-Smith and Ramdas, 2024): valid for any distribution and any sample size, provided the calibration queries are drawn like the later ones.</para>
/// <para>Stateless and safe to share. Sources: P. Bauer, <i>Multiple Testing in Clinical Trials</i>, Statistics in Medicine 10 (1991); R. L. Berger, <i>Multiparameter Hypothesis Testing and
/// Acceptance Sampling</i>, Technometrics 24 (1982); A. N. Angelopoulos et al., <i>Learn then Test</i>, 2021.</para>
/// </remarks>
public sealed class GuaranteeCalibrator
{
    /// <summary>The fewest calibration queries that are worth a test.</summary>
    public const int MinimumSampleSize = 20;

    private readonly int _seed;

    /// <summary>Initializes a calibrator.</summary>
    /// <param name="seed">The seed of the order in which the queries are bet on; any will do that was not chosen by looking at the results.</param>
    public GuaranteeCalibrator(int seed = 1) => _seed = seed;

    /// <summary>Tests candidates and certifies the cheapest that holds.</summary>
    /// <param name="guarantee">The promise.</param>
    /// <param name="endpoints">The single endpoints on the calibration sample: the best of them is what a relative promise is about, and the safe tier.</param>
    /// <param name="candidates">The candidate policies, fixed without looking at the sample, in the order in which they shall be tested: the surest first.</param>
    /// <param name="modelDigest">The digest of the model and policies they were made with.</param>
    /// <param name="createdAt">The time to stamp.</param>
    /// <returns>The record, a draft. Where no candidate is certified <see cref="CalibrationArtefact.IsInsufficient"/> is true.</returns>
    /// <exception cref="ArgumentException"><paramref name="endpoints"/> is empty or <paramref name="modelDigest"/> is blank.</exception>
    /// <exception cref="InputValidationException">The policies are of different length, or named twice.</exception>
    public CalibrationArtefact Calibrate(
        QualityGuarantee guarantee,
        IReadOnlyList<CandidatePolicy> endpoints,
        IReadOnlyList<CandidatePolicy> candidates,
        string modelDigest,
        DateTimeOffset createdAt)
    {
        ArgumentNullException.ThrowIfNull(guarantee);
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelDigest);
        if (endpoints.Count == 0)
        {
            throw new ArgumentException("A calibration needs a single endpoint or more: the safe tier is one of them.", nameof(endpoints));
        }

        int n = endpoints[0].Scores.Count;
        Check(endpoints, candidates, n);
        int[] order = Order(n, _seed);
        double[][] singles = [.. endpoints.Select(endpoint => Ordered(endpoint.Scores, order))];
        double[] means = [.. singles.Select(Mean)];
        int best = Array.IndexOf(means, means.Max());
        var tests = new List<PolicyTest>();
        CandidatePolicy? certified = null;
        double certifiedCost = double.PositiveInfinity;
        foreach (CandidatePolicy candidate in n >= MinimumSampleSize ? candidates : [])
        {
            PolicyTest test = Test(guarantee, candidate, Ordered(candidate.Scores, order), singles, means);
            tests.Add(test);
            if (!test.Certified)
            {
                break;
            }

            if (test.MeanCost < certifiedCost)
            {
                (certified, certifiedCost) = (candidate, test.MeanCost);
            }
        }

        return new CalibrationArtefact
        {
            Guarantee = guarantee,
            DataDigest = Digest(endpoints, candidates),
            ModelDigest = modelDigest,
            SampleSize = n,
            CreatedAt = createdAt,
            Tests = tests,
            CertifiedPolicy = certified?.Name,
            SafeEndpoint = endpoints[best].Name,
            PromisedQuality = guarantee.IsRelative ? guarantee.Level * means[best] : guarantee.Level,
        };
    }

    private static PolicyTest Test(QualityGuarantee guarantee, CandidatePolicy candidate, double[] scores, double[][] singles, double[] means)
    {
        double alpha = 1 - guarantee.Confidence;
        double wealth = double.PositiveInfinity;
        double[] margins = scores;
        double level = guarantee.Level;
        double lowest = 0;
        double[] binding = scores;
        if (guarantee.IsRelative)
        {
            level = 0;
            lowest = -guarantee.Level;
            foreach (int single in Enumerable.Range(0, singles.Length).OrderByDescending(i => means[i]))
            {
                margins = new double[scores.Length];
                for (int i = 0; i < margins.Length; i++)
                {
                    margins[i] = scores[i] - (guarantee.Level * singles[single][i]);
                }

                double reached = BettingTest.Wealth(margins, level, lowest, alpha);
                if (reached < wealth)
                {
                    (wealth, binding) = (reached, margins);
                }

                if (reached < 1 / alpha * (1 - 1e-12))
                {
                    break;
                }
            }
        }
        else
        {
            wealth = BettingTest.Wealth(scores, level, lowest, alpha);
        }

        double estimate = Mean(binding) - level;
        double lower = Math.Min(estimate, BettingTest.LowerBound(binding, lowest, 1, alpha) - level);
        return new PolicyTest(
            candidate.Name,
            candidate.Costs.Average(),
            candidate.Scores.Average(),
            new ConfidenceInterval(estimate, lower, 1 - level, guarantee.Confidence, "betting, one-sided", scores.Length),
            Math.Min(1, 1 / wealth),
            wealth >= 1 / alpha * (1 - 1e-12));
    }

    private static void Check(IReadOnlyList<CandidatePolicy> endpoints, IReadOnlyList<CandidatePolicy> candidates, int n)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (CandidatePolicy policy in endpoints.Concat(candidates))
        {
            if (policy.Scores.Count != n)
            {
                throw new InputValidationException($"'{policy.Name}' has {policy.Scores.Count} scores, '{endpoints[0].Name}' has {n}.") { Location = policy.Name, Expected = n.ToString(CultureInfo.InvariantCulture) };
            }
        }

        foreach (CandidatePolicy policy in candidates)
        {
            if (!names.Add(policy.Name))
            {
                throw new InputValidationException($"The candidate '{policy.Name}' is named twice.") { Value = policy.Name };
            }
        }
    }

    // The gambler needs an order that has nothing to do with the scores; files are often sorted by topic.
    private static int[] Order(int count, int seed)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(order);
        return order;
    }

    private static double[] Ordered(IReadOnlyList<double> values, int[] order) => [.. order.Select(i => values[i])];

    private static double Mean(double[] values) => values.Length == 0 ? 0 : values.Average();

    private static string Digest(IReadOnlyList<CandidatePolicy> endpoints, IReadOnlyList<CandidatePolicy> candidates)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (CandidatePolicy policy in endpoints.Concat(candidates))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(policy.Name));
            hash.AppendData([0]);
            hash.AppendData(MemoryMarshal.AsBytes<double>(policy.Scores.ToArray()));
            hash.AppendData(MemoryMarshal.AsBytes<double>(policy.Costs.ToArray()));
        }

        return "sha256:" + Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
