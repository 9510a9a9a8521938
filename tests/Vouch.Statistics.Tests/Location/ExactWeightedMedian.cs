using System.Numerics;

namespace Vouch.Statistics.Tests.Location;

/// <summary>The definition, by sorting and in exact integers: every finite double is a whole multiple of 2^-1074.</summary>
internal static class ExactWeightedMedian
{
    public static (double Lower, double Upper) Of(IReadOnlyList<double> values, IReadOnlyList<double> weights)
    {
        (double Value, BigInteger Weight)[] carriers =
            [.. values.Zip(weights).Where(pair => pair.Second > 0).Select(pair => (pair.First + 0.0, Exact(pair.Second))).OrderBy(pair => pair.Item1)];
        BigInteger total = carriers.Aggregate(BigInteger.Zero, (sum, carrier) => sum + carrier.Weight);
        if (total.IsZero)
        {
            return (double.NaN, double.NaN);
        }

        return (First(carriers), First(carriers.Reverse()));

        double First(IEnumerable<(double Value, BigInteger Weight)> ordered)
        {
            BigInteger sum = 0;
            foreach ((double value, BigInteger weight) in ordered)
            {
                sum += weight;
                if (2 * sum >= total)
                {
                    return value;
                }
            }

            throw new InvalidOperationException("The last value reaches the total.");
        }
    }

    public static BigInteger Exact(double number)
    {
        long bits = BitConverter.DoubleToInt64Bits(number);
        int exponent = (int)(bits >> 52) & 0x7FF;
        long mantissa = bits & 0xF_FFFF_FFFF_FFFF;
        return exponent == 0 ? mantissa : new BigInteger(mantissa | (1L << 52)) << (exponent - 1);
    }
}
