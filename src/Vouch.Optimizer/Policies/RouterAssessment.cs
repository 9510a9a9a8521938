using Vouch.Core.Exceptions;

namespace Vouch.Optimizer.Policies;

/// <summary>Whether a router is worth having: its held-out quality at equal cost beside a random mix of single endpoints.</summary>
/// <remarks>
/// The gain is the difference of the areas under the convex hulls of cost and quality, divided by the range of costs (AIQ); its lower bound comes from a paired bootstrap of the prompts.
/// Where the bound is not above 0 the evidence does not say that the router beats the mix: use a single endpoint or a mix. Immutable and safe to share.
/// Sources: Q. J. Hu et al., <i>RouterBench</i>, 2024; B. Efron, R. Tibshirani, <i>An Introduction to the Bootstrap</i>, 1993.
/// </remarks>
public sealed record RouterAssessment
{
    private const int Resamples = 200;
    private const int PriceSteps = 40;

    private RouterAssessment(double area, double mixArea, double lower, int prompts)
    {
        Area = area;
        MixArea = mixArea;
        GainLower = lower;
        SampleSize = prompts;
    }

    /// <summary>Gets the mean quality over the range of costs that the router reaches, held out.</summary>
    public double Area { get; }

    /// <summary>Gets the same of the best random mix of single endpoints.</summary>
    public double MixArea { get; }

    /// <summary>Gets the gain over the random mix.</summary>
    public double Gain => Area - MixArea;

    /// <summary>Gets the lower bound of the gain at 95 % (one-sided).</summary>
    public double GainLower { get; }

    /// <summary>Gets the number of prompts.</summary>
    public int SampleSize { get; }

    /// <summary>Gets whether the evidence says that the router beats the random mix.</summary>
    public bool BeatsRandomMix => GainLower > 0;

    /// <summary>Measures.</summary>
    /// <param name="heldOut">The chances of success predicted for each prompt and route by a model that had not seen the prompt.</param>
    /// <param name="scores">The scores, NaN-free, in the same shape.</param>
    /// <param name="costs">The costs in dollars, in the same shape.</param>
    /// <exception cref="InputValidationException">The shapes differ, there are fewer than 10 prompts, or a number is not finite.</exception>
    public static RouterAssessment Measure(
        IReadOnlyList<IReadOnlyList<double>> heldOut, IReadOnlyList<IReadOnlyList<double>> scores, IReadOnlyList<IReadOnlyList<double>> costs)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(scores);
        ArgumentNullException.ThrowIfNull(costs);
        int n = heldOut.Count;
        if (n < 10 || scores.Count != n || costs.Count != n)
        {
            throw new InputValidationException($"An assessment needs the same 10 prompts or more three times, not {n}, {scores.Count} and {costs.Count}.");
        }

        int k = heldOut[0].Count;
        var means = new double[k];
        for (int i = 0; i < n; i++)
        {
            if (heldOut[i].Count != k || scores[i].Count != k || costs[i].Count != k || !heldOut[i].Concat(scores[i]).Concat(costs[i]).All(double.IsFinite))
            {
                throw new InputValidationException($"Prompt {i} has not {k} finite numbers in each table.") { Location = $"[{i}]" };
            }

            for (int r = 0; r < k; r++)
            {
                means[r] += costs[i][r] / n;
            }
        }

        int[][] choices = Choices(heldOut, means);
        int[] all = [.. Enumerable.Range(0, n)];
        (double area, double mix) = Areas(all, choices, scores, costs, k);
        var random = new Random(1);
        var gains = new double[Resamples];
        var drawn = new int[n];
        for (int b = 0; b < Resamples; b++)
        {
            for (int i = 0; i < n; i++)
            {
                drawn[i] = random.Next(n);
            }

            (double resampled, double resampledMix) = Areas(drawn, choices, scores, costs, k);
            gains[b] = resampled - resampledMix;
        }

        Array.Sort(gains);
        return new RouterAssessment(area, mix, gains[(int)(0.05 * Resamples)], n);
    }

    private static int[][] Choices(IReadOnlyList<IReadOnlyList<double>> heldOut, double[] means)
    {
        double dearest = Math.Max(means.Max(), double.Epsilon);
        var choices = new int[PriceSteps + 2][];
        for (int p = 0; p < choices.Length; p++)
        {
            double price = p == 0 ? 0 : p == 1 ? 1e12 / dearest : 1e-3 * Math.Pow(10, 5.0 * (p - 2) / PriceSteps) / dearest;
            choices[p] = [.. heldOut.Select(row =>
            {
                int best = 0;
                for (int r = 1; r < row.Count; r++)
                {
                    best = row[r] - (price * means[r]) > row[best] - (price * means[best]) ? r : best;
                }

                return best;
            })];
        }

        return choices;
    }

    private static (double Router, double Mix) Areas(
        int[] drawn, int[][] choices, IReadOnlyList<IReadOnlyList<double>> scores, IReadOnlyList<IReadOnlyList<double>> costs, int k)
    {
        var router = new List<(double, double)>();
        foreach (int[] choice in choices)
        {
            router.Add(Mean(i => choice[i]));
        }

        var singles = new List<(double Cost, double Quality)>();
        for (int r = 0; r < k; r++)
        {
            singles.Add(Mean(_ => r));
        }

        double from = singles.Min(single => single.Cost);
        double to = singles.Max(single => single.Cost);
        return (UpperHull.Area(router, from, to), UpperHull.Area(singles, from, to));

        (double Cost, double Quality) Mean(Func<int, int> route)
        {
            double score = 0;
            double cost = 0;
            foreach (int i in drawn)
            {
                int r = route(i);
                score += scores[i][r];
                cost += costs[i][r];
            }

            return (cost / drawn.Length, score / drawn.Length);
        }
    }
}
