using Vouch.Statistics.Distributions;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The two tails of a sum of scores when, unit by unit and independently, every image is equally likely to be the candidate.</summary>
/// <param name="Score">The sum in standard deviations.</param>
/// <param name="Lower">The probability of a sum as low or lower; 1 where the sum is far on the other side.</param>
/// <param name="Upper">The probability of a sum as high or higher; 1 where the sum is far on the other side.</param>
/// <param name="Deviation">The standard deviation of the sum.</param>
/// <remarks>
/// A conditional randomisation test: given the scores, their sum is a sum of independent variables with known, finite supports, whatever the law of the noise.
/// Few units are enumerated; otherwise the tail is the saddlepoint approximation in the form r* = w + log(u / w) / w, whose relative error stays small far into the tail.
/// Sources: J. Robinson, "Saddlepoint approximations for permutation tests and confidence intervals", JRSS B 44(1), 1982; O. E. Barndorff-Nielsen, "Approximate interval probabilities", JRSS B 52(3), 1990.
/// </remarks>
internal readonly record struct ExchangeTest(double Score, double Lower, double Upper, double Deviation)
{
    private const int MaxEnumerated = 3000;
    private const double NearTheMiddle = 2;

    public static ExchangeTest Nothing { get; } = new(0, 1, 1, 0);

    public static ExchangeTest Of(ScoreTable table)
    {
        int labels = table.Labels, units = table.Units;
        if (units == 0)
        {
            return Nothing;
        }

        double[] scores = table.Scores.ToArray();
        double variance = 0, sum = 0;
        for (int unit = 0; unit < units; unit++)
        {
            sum += scores[unit * labels];
            for (int label = 0; label < labels; label++)
            {
                double score = scores[(unit * labels) + label];
                variance += score * score / labels;
            }
        }

        double deviation = Math.Sqrt(variance);
        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] /= deviation;
        }

        double observed = sum / deviation;
        if (Math.Pow(labels, units) > MaxEnumerated && Math.Abs(observed) < NearTheMiddle)
        {
            // No evidence either way: the first term of the Edgeworth series is plenty.
            double third = Derivatives(scores, labels, 0).Third;
            return new ExchangeTest(observed, NormalTail(-observed - (third / 6)), NormalTail(observed + (third / 6)), deviation);
        }

        if (observed >= 0)
        {
            double upper = UpperTail(scores, labels, observed);
            return new ExchangeTest(observed, 1, upper, deviation);
        }

        for (int i = 0; i < scores.Length; i++)
        {
            scores[i] = -scores[i];
        }

        return new ExchangeTest(observed, UpperTail(scores, labels, -observed), 1, deviation);
    }

    private static double UpperTail(double[] scores, int labels, double observed)
    {
        int units = scores.Length / labels;
        double highest = 0, logLeast = 0;
        for (int unit = 0; unit < units; unit++)
        {
            ReadOnlySpan<double> row = scores.AsSpan(unit * labels, labels);
            double max = double.NegativeInfinity;
            foreach (double score in row)
            {
                max = Math.Max(max, score);
            }

            int ties = 0;
            foreach (double score in row)
            {
                ties += score >= max - 1e-12 ? 1 : 0;
            }

            highest += max;
            logLeast += Math.Log((double)ties / labels);
        }

        double least = Math.Exp(logLeast);
        if (observed >= highest - (1e-9 * Math.Max(1, highest)))
        {
            return least;
        }

        return Math.Pow(labels, units) <= MaxEnumerated
            ? Enumerate(scores, labels, 0, observed - 1e-9) / Math.Pow(labels, units)
            : Math.Clamp(Saddlepoint(scores, labels, observed), least, 1);
    }

    private static double Enumerate(double[] scores, int labels, int unit, double remaining)
    {
        if (unit * labels == scores.Length)
        {
            return remaining <= 0 ? 1 : 0;
        }

        double count = 0;
        for (int label = 0; label < labels; label++)
        {
            count += Enumerate(scores, labels, unit + 1, remaining - scores[(unit * labels) + label]);
        }

        return count;
    }

    private static double Saddlepoint(double[] scores, int labels, double observed)
    {
        if (Math.Abs(observed) < 1e-4)
        {
            // At the mean the correction of r* is 0/0; its limit is skewness / 6.
            return NormalTail(observed + (Derivatives(scores, labels, 0).Third / 6));
        }

        // The first derivative of the cumulant generating function rises through the observed sum between these bounds.
        double low = observed > 0 ? 0 : -1, high = observed > 0 ? 1 : 0;
        for (int i = 0; i < 60 && Derivatives(scores, labels, high).First < observed; i++)
        {
            (low, high) = (high, high * 2);
        }

        for (int i = 0; i < 60 && Derivatives(scores, labels, low).First > observed; i++)
        {
            (low, high) = (low * 2, low);
        }

        double at = Math.Clamp(observed, low, high);
        Cumulants k = Derivatives(scores, labels, at);
        for (int i = 0; i < 80 && Math.Abs(k.First - observed) > 1e-10 * Math.Max(1, Math.Abs(observed)); i++)
        {
            if (k.First < observed)
            {
                low = at;
            }
            else
            {
                high = at;
            }

            double next = at - ((k.First - observed) / k.Second);
            at = next > low && next < high ? next : 0.5 * (low + high);
            k = Derivatives(scores, labels, at);
        }

        double w = Math.Sign(at) * Math.Sqrt(Math.Max(0, 2 * ((at * observed) - k.Value)));
        double u = at * Math.Sqrt(k.Second);
        return Math.Abs(w) < 1e-5 || !(u / w > 0) ? NormalTail(observed + (Derivatives(scores, labels, 0).Third / 6)) : NormalTail(w + (Math.Log(u / w) / w));
    }

    private static Cumulants Derivatives(double[] scores, int labels, double at)
    {
        double value = 0, first = 0, second = 0, third = 0;
        for (int start = 0; start < scores.Length; start += labels)
        {
            double peak = double.NegativeInfinity;
            for (int label = 0; label < labels; label++)
            {
                peak = Math.Max(peak, at * scores[start + label]);
            }

            double weight = 0, m1 = 0, m2 = 0, m3 = 0;
            for (int label = 0; label < labels; label++)
            {
                double score = scores[start + label];
                double e = Math.Exp((at * score) - peak);
                weight += e;
                m1 += e * score;
                m2 += e * score * score;
                m3 += e * score * score * score;
            }

            m1 /= weight;
            m2 /= weight;
            m3 /= weight;
            value += peak + Math.Log(weight / labels);
            first += m1;
            second += Math.Max(0, m2 - (m1 * m1));
            third += m3 - (3 * m1 * m2) + (2 * m1 * m1 * m1);
        }

        return new Cumulants(value, first, second, third);
    }

    private static double NormalTail(double x) => NormalDistribution.UpperTail(x);

    private readonly record struct Cumulants(double Value, double First, double Second, double Third);
}
