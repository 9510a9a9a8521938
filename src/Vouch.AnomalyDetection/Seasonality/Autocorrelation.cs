using System.Numerics;

namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>The autocorrelation of a series with gaps: at each lag the mean product over the pairs of known values, relative to the variance.</summary>
internal static class Autocorrelation
{
    /// <summary>Lags 0 to <paramref name="lags"/>; 0 where fewer than a quarter of the pairs are known.</summary>
    public static double[] Of(ReadOnlySpan<double> values, int lags)
    {
        int size = (int)BitOperations.RoundUpToPowerOf2((uint)(values.Length + lags + 1));
        double mean = 0;
        int known = 0;
        foreach (double value in values)
        {
            if (!double.IsNaN(value))
            {
                mean += value;
                known++;
            }
        }

        mean = known > 0 ? mean / known : 0;

        // Values in the real part and the mask in the imaginary part would mix; two transforms keep the code plain.
        var data = new Complex[size];
        var mask = new Complex[size];
        for (int i = 0; i < values.Length; i++)
        {
            if (!double.IsNaN(values[i]))
            {
                data[i] = values[i] - mean;
                mask[i] = 1;
            }
        }

        Correlate(data);
        Correlate(mask);
        double[] result = new double[lags + 1];
        double variance = known > 0 ? data[0].Real / known : 0;
        for (int lag = 0; lag <= lags; lag++)
        {
            double pairs = mask[lag].Real;
            result[lag] = variance > 0 && pairs > 0.25 * (values.Length - lag) && pairs >= 4 ? data[lag].Real / pairs / variance : 0;
        }

        return result;
    }

    private static void Correlate(Complex[] data)
    {
        Transform(data, inverse: false);
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (data[i].Real * data[i].Real) + (data[i].Imaginary * data[i].Imaginary);
        }

        Transform(data, inverse: true);
    }

    /// <summary>The radix-2 fast Fourier transform (Cooley and Tukey), in place.</summary>
    private static void Transform(Complex[] data, bool inverse)
    {
        int n = data.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
            {
                j ^= bit;
            }

            j ^= bit;
            if (i < j)
            {
                (data[i], data[j]) = (data[j], data[i]);
            }
        }

        var roots = new Complex[n / 2];
        for (int i = 0; i < roots.Length; i++)
        {
            (double sine, double cosine) = Math.SinCos((inverse ? 2 : -2) * Math.PI * i / n);
            roots[i] = new Complex(cosine, sine);
        }

        for (int length = 2; length <= n; length <<= 1)
        {
            int half = length / 2;
            int stride = n / length;
            for (int from = 0; from < n; from += length)
            {
                for (int k = 0; k < half; k++)
                {
                    Complex odd = data[from + k + half] * roots[k * stride];
                    Complex even = data[from + k];
                    data[from + k] = even + odd;
                    data[from + k + half] = even - odd;
                }
            }
        }

        if (inverse)
        {
            for (int i = 0; i < n; i++)
            {
                data[i] /= n;
            }
        }
    }
}
