namespace Vouch.Evaluation.Anomaly;

/// <summary>The score of NAB 1.1: early detections in labelled windows earn, every other detection costs.</summary>
/// <remarks>Source: A. Lavin, S. Ahmad, <i>Evaluating Real-time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark</i>, ICMLA 2015, and the rules of NAB 1.1.</remarks>
internal static class NabScore
{
    public static readonly Profile Standard = new(1, 0.11, 1);
    public static readonly Profile LowFalsePositives = new(1, 0.22, 1);
    public static readonly Profile LowFalseNegatives = new(1, 0.11, 2);

    /// <summary>Scores all files at one threshold.</summary>
    public static Result At(IReadOnlyList<NabSeries> series, IReadOnlyList<double[]> scores, double threshold, Profile profile)
    {
        double raw = 0;
        double worst = 0;
        double perfect = 0;
        int caught = 0;
        int windows = 0;
        int rows = 0;
        int bursts = 0;
        int points = 0;
        for (int i = 0; i < series.Count; i++)
        {
            raw += Inside(series[i], scores[i], threshold, profile, ref caught) - Outside(series[i], scores[i], threshold, profile, ref rows, ref bursts);
            worst -= profile.Missed * series[i].Windows.Count(window => window.Last >= series[i].WarmUp);
            perfect += profile.Found * series[i].Windows.Count;
            windows += series[i].Windows.Count;
            points += series[i].Values.Length;
        }

        return new Result(100 * (raw - worst) / (perfect - worst), threshold, caught, windows, rows, bursts, points);
    }

    /// <summary>The best score over all thresholds, and where it is reached.</summary>
    public static Result Best(IReadOnlyList<NabSeries> series, IReadOnlyList<double[]> scores, Profile profile)
    {
        // A coarse pass over quantiles of the scores, then every score between the neighbours of the best.
        double[] levels = [.. scores.SelectMany((file, i) => file.Skip(series[i].WarmUp)).Where(score => score > 0).Distinct().Order()];
        if (levels.Length == 0)
        {
            return At(series, scores, 2, profile);
        }

        Result best = At(series, scores, 0.5, profile);
        const int Steps = 200;
        for (int i = 0; i <= Steps; i++)
        {
            // Dense at the top, where detections are.
            double fromTop = Math.Pow(levels.Length, (double)i / Steps) - 1;
            Result at = At(series, scores, levels[Math.Max(0, levels.Length - 1 - (int)fromTop)], profile);
            best = at.Score > best.Score ? at : best;
        }

        return best;
    }

    private static double Inside(NabSeries series, double[] scores, double threshold, Profile profile, ref int caught)
    {
        double sum = 0;
        foreach ((int first, int last) in series.Windows)
        {
            if (last < series.WarmUp)
            {
                continue;
            }

            int hit = -1;
            for (int i = Math.Max(first, series.WarmUp); i <= last && hit < 0; i++)
            {
                hit = scores[i] >= threshold ? i : -1;
            }

            if (hit < 0)
            {
                sum -= profile.Missed;
                continue;
            }

            caught++;
            sum += profile.Found * Sigmoid(-(last - hit + 1) / (double)(last - first + 1)) / Sigmoid(-1);
        }

        return sum;
    }

    private static double Outside(NabSeries series, double[] scores, double threshold, Profile profile, ref int rows, ref int bursts)
    {
        double cost = 0;
        int before = -1;
        int lastRow = -2;
        for (int i = series.WarmUp; i < scores.Length; i++)
        {
            while (before + 1 < series.Windows.Count && series.Windows[before + 1].Last < i)
            {
                before++;
            }

            if (scores[i] < threshold || (before + 1 < series.Windows.Count && i >= series.Windows[before + 1].First))
            {
                continue;
            }

            rows++;
            bursts += i > lastRow + 1 ? 1 : 0;
            lastRow = i;
            double position = before < 0 ? double.PositiveInfinity : (i - series.Windows[before].Last) / Math.Max(1.0, series.Windows[before].Last - series.Windows[before].First);
            cost += position > 3 ? profile.False : profile.False * Math.Abs(Sigmoid(position));
        }

        return cost;
    }

    private static double Sigmoid(double x) => (2 / (1 + Math.Exp(5 * x))) - 1;

    public sealed record Profile(double Found, double False, double Missed);

    public sealed record Result(double Score, double Threshold, int Caught, int Windows, int FalseRows, int FalseBursts, int Points);
}
