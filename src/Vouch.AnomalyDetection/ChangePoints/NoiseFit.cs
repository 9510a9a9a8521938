using Vouch.Statistics.Scale;

namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>A segmentation together with the noise that it was held against.</summary>
/// <param name="Cost">The costs it was found with.</param>
/// <param name="Starts">The first rows of all segments but the first.</param>
/// <param name="Noise">The long-run noise variance.</param>
/// <param name="Autocorrelation">The correlation of neighbouring residuals.</param>
/// <param name="Criterion">The information criterion; the smaller, the better the description for its length.</param>
internal sealed record NoiseFit(SquaredErrorCost Cost, int[] Starts, double Noise, double Autocorrelation, double Criterion)
{
    private const int Rounds = 10;

    /// <summary>The price of a segment: Zhang and Siegmund's modified criterion asks for about one logarithm of n more than the parameters.</summary>
    public static double Price(SegmentCost cost, int rows) => (cost.Parameters + 1) * Math.Log(rows);

    /// <summary>
    /// Fits segments and noise in turn. The noise starts at the whole variance, so that only what stands out of the whole picture is a change, and falls to the long-run
    /// variance of the residuals, var (1 + r) / (1 - r), as the segments explain more; memory in the noise is not taken for changes.
    /// </summary>
    public static NoiseFit Of(double[] values, bool line, bool discountMemory)
    {
        var cost = new SquaredErrorCost(values, line);
        int rows = values.Length;
        double noise = discountMemory ? LongRunOfDifferences(values) : 1;
        double correlation = 0;
        int[] starts = [];
        for (int round = 0; round < Rounds; round++)
        {
            starts = OptimalPartition.Find(cost, Price(cost, rows) * noise);
            double variance = Residual(cost, starts, values, out correlation);
            double longRun = variance * (1 + correlation) / (1 - correlation);
            if (discountMemory || !(longRun < 0.98 * noise) || longRun <= 1e-12)
            {
                break;
            }

            noise = longRun;
        }

        double error = 0;
        int from = 0;
        foreach (int to in starts.Append(rows))
        {
            error += cost.Of(from, to);
            from = to;
        }

        double criterion = (rows * Math.Log((error / rows) + 1e-12)) + ((starts.Length + 1) * Price(cost, rows));
        return new NoiseFit(cost, starts, noise, correlation, criterion);
    }

    /// <summary>
    /// The long-run variance of an autoregression of first order from its differences over one and two rows: half their variances are c0 (1 - r) and c0 (1 - r^2). Medians keep the few
    /// differences across a level change out.
    /// </summary>
    private static double LongRunOfDifferences(double[] values)
    {
        double one = Spread(values, 1);
        double two = Spread(values, 2);
        if (!(one > 0))
        {
            return 1;
        }

        double correlation = Math.Clamp((two / one) - 1, 0, 0.99);
        return 0.5 * one / (1 - correlation) * (1 + correlation) / (1 - correlation);

        static double Spread(double[] values, int lag)
        {
            double[] differences = [.. values.Skip(lag).Zip(values, static (later, earlier) => later - earlier)];
            double deviation = MedianAbsoluteDeviation.Of(differences);
            return deviation * deviation;
        }
    }

    private static double Residual(SquaredErrorCost cost, int[] starts, double[] values, out double correlation)
    {
        double squares = 0;
        double products = 0;
        double last = 0;
        int from = 0;
        foreach (int to in starts.Append(values.Length))
        {
            for (int row = from; row < to; row++)
            {
                double residual = values[row] - cost.Fitted(from, to, row);
                squares += residual * residual;
                products += residual * last;
                last = residual;
            }

            from = to;
        }

        correlation = squares > 0 ? Math.Clamp(products / squares, 0, 0.99) : 0;
        return squares / Math.Max(1, values.Length - (cost.Parameters * (starts.Length + 1)));
    }
}
