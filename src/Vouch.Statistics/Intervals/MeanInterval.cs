using Vouch.Statistics.Distributions;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Intervals;

/// <summary>Confidence intervals for a mean.</summary>
/// <remarks>Pure functions, safe to call from any thread, without allocation.</remarks>
public static class MeanInterval
{
    /// <summary>Student's t interval from a sample. Exact for independent normal observations, good for large samples of others with a finite variance.</summary>
    /// <param name="values">Two finite numbers or more.</param>
    /// <param name="confidence">The chance of covering the true mean, in (0, 1).</param>
    /// <exception cref="ArgumentException">There are fewer than two values, or one is NaN or infinite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside (0, 1).</exception>
    /// <remarks>Two passes, so a large mean does not cost the variance its digits. Source: Student, <i>The Probable Error of a Mean</i>, Biometrika 6 (1908).</remarks>
    public static Interval StudentT(ReadOnlySpan<double> values, double confidence)
    {
        Require.Confidence(confidence);
        if (values.Length < 2)
        {
            throw new ArgumentException($"A t interval needs 2 values or more, not {values.Length}.", nameof(values));
        }

        Require.AllFinite(values);
        double largest = 0;
        foreach (double value in values)
        {
            largest = Math.Max(largest, Math.Abs(value));
        }

        // Values are scaled by a power of two, which rounds nothing, so that neither sums nor squares overflow or vanish.
        int exponent = largest == 0 ? 0 : Math.ILogB(largest);
        double first = Math.ScaleB(values[0], -exponent);
        double sum = 0;
        foreach (double value in values)
        {
            sum += Math.ScaleB(value, -exponent) - first;
        }

        double shift = sum / values.Length;
        double squares = 0;
        double rest = 0;
        foreach (double value in values)
        {
            double deviation = Math.ScaleB(value, -exponent) - first - shift;
            squares += deviation * deviation;
            rest += deviation;
        }

        double variance = Math.Max(0, squares - (rest * rest / values.Length)) / (values.Length - 1);
        Interval scaled = StudentT(first + shift + (rest / values.Length), Math.Sqrt(variance), values.Length, confidence);
        return scaled with
        {
            Lower = Math.ScaleB(scaled.Lower, exponent),
            Upper = Math.ScaleB(scaled.Upper, exponent),
            Estimate = Math.ScaleB(scaled.Estimate, exponent),
        };
    }

    /// <summary>Student's t interval from a sample's mean and standard deviation.</summary>
    /// <param name="mean">The sample's mean, finite.</param>
    /// <param name="standardDeviation">The sample's standard deviation with divisor n - 1, finite, 0 or more.</param>
    /// <param name="count">The number of observations, 2 or more.</param>
    /// <param name="confidence">The chance of covering the true mean, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: Student, <i>The Probable Error of a Mean</i>, Biometrika 6 (1908).</remarks>
    public static Interval StudentT(double mean, double standardDeviation, long count, double confidence)
    {
        CheckMoments(mean, standardDeviation, nameof(standardDeviation));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        Require.Confidence(confidence);
        double half = StudentTDistribution.UpperQuantile((1 - confidence) / 2, count - 1) * (standardDeviation / Math.Sqrt(count));
        return new Interval(mean - half, mean + half) { Estimate = mean, Confidence = confidence, SampleSize = count, Method = IntervalMethod.StudentT };
    }

    /// <summary>The normal interval from a mean and its known standard error.</summary>
    /// <param name="mean">The mean, finite.</param>
    /// <param name="standardError">The standard error of the mean, finite, 0 or more.</param>
    /// <param name="count">The number of observations, 1 or more; recorded as evidence.</param>
    /// <param name="confidence">The chance of covering the true mean, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static Interval Normal(double mean, double standardError, long count, double confidence)
    {
        CheckMoments(mean, standardError, nameof(standardError));
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Require.Confidence(confidence);
        double half = NormalDistribution.UpperQuantile((1 - confidence) / 2) * standardError;
        return new Interval(mean - half, mean + half) { Estimate = mean, Confidence = confidence, SampleSize = count, Method = IntervalMethod.Normal };
    }

    private static void CheckMoments(double mean, double spread, string name)
    {
        Require.Finite(mean);
        if (!(spread >= 0 && spread <= double.MaxValue))
        {
            Require.ThrowOutOfRange(name, spread, "a finite number of 0 or more");
        }
    }
}
