using System.Runtime.CompilerServices;
using Vouch.TrustEngine.Imaging.Lanes;

namespace Vouch.TrustEngine.Imaging;

/// <summary>The colour spaces of FLIP.</summary>
internal static class FlipColour
{
    /// <summary>From sRGB of 8 bits to linear light.</summary>
    public static readonly float[] Linear = [.. Enumerable.Range(0, 256).Select(static level => (float)ToLinear(level / 255.0))];

    private const double ColourExponent = 0.7;              // qc
    private const double Threshold = 0.4;                   // pc
    private const double ThresholdValue = 0.95;             // pt
    private const double Knee = 216.0 / 24389;              // (6/29)³

    // Linear RGB to XYZ over the white's, from the primaries of BT.709 and the white (0.31271, 0.32902), and back.
    private static readonly double[,] Forward = Ratios();
    private static readonly double[,] ToRgb = Inverse(Forward);
    private static readonly float[] ForwardMatrix = Flatten(Forward);
    private static readonly float[] BackMatrix = Flatten(ToRgb);
    private static readonly double Largest = Math.Pow(HuntDistance(0, 1, 0, 0, 0, 1), ColourExponent);

    public static double ToLinear(double value) => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);

    /// <summary>Linear RGB to the opponent space YyCxCz, in place.</summary>
    public static void ToOpponent<TLanes>(ref float red, ref float green, ref float blue, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes hundred = TLanes.All(116), sixteen = TLanes.All(16), five = TLanes.All(500), two = TLanes.All(200);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            TLanes r = TLanes.Load(in red, x), g = TLanes.Load(in green, x), b = TLanes.Load(in blue, x);
            TLanes first = Row(0, ForwardMatrix, r, g, b), second = Row(3, ForwardMatrix, r, g, b), third = Row(6, ForwardMatrix, r, g, b);
            TLanes.Store((second * hundred) - sixteen, ref red, x);
            TLanes.Store((first - second) * five, ref green, x);
            TLanes.Store((second - third) * two, ref blue, x);
        }
    }

    // Each step is a loop of its own: the compiler puts only so many operations into one.

    /// <summary>Filtered YyCxCz back to linear RGB, cut to what a screen can show, and to XYZ over the white's, in place.</summary>
    public static void ToRatios<TLanes>(ref float first, ref float second, ref float third, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.All(0), one = TLanes.All(1), sixteen = TLanes.All(16), lightness = TLanes.All(1f / 116), five = TLanes.All(1f / 500), two = TLanes.All(1f / 200);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            TLanes middle = (TLanes.Load(in first, x) + sixteen) * lightness;
            TLanes left = TLanes.MultiplyAdd(TLanes.Load(in second, x), five, middle), right = middle - (TLanes.Load(in third, x) * two);
            TLanes red = TLanes.Max(zero, TLanes.Min(one, Row(0, BackMatrix, left, middle, right)));
            TLanes green = TLanes.Max(zero, TLanes.Min(one, Row(3, BackMatrix, left, middle, right)));
            TLanes blue = TLanes.Max(zero, TLanes.Min(one, Row(6, BackMatrix, left, middle, right)));
            TLanes.Store(Row(0, ForwardMatrix, red, green, blue), ref first, x);
            TLanes.Store(Row(3, ForwardMatrix, red, green, blue), ref second, x);
            TLanes.Store(Row(6, ForwardMatrix, red, green, blue), ref third, x);
        }
    }

    /// <summary>The cube root of CIELAB with its straight part near black, in place.</summary>
    public static void Compress<TLanes>(ref float row, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes slope = TLanes.All((float)(841.0 / 108)), offset = TLanes.All((float)(4.0 / 29)), knee = TLanes.All((float)Knee), third = TLanes.All(1f / 3);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            TLanes ratio = TLanes.Load(in row, x);
            TLanes.Store(TLanes.SelectBelow(knee, ratio, LaneMath.Power(ratio, third), TLanes.MultiplyAdd(ratio, slope, offset)), ref row, x);
        }
    }

    /// <summary>The colour difference in [0, 1] of two images after <see cref="Compress"/>, over the first image's first row. Rows of an image are <paramref name="stride"/> apart.</summary>
    public static void Difference<TLanes>(ref float first, ref float second, nint stride, int count)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes exponent = TLanes.All((float)ColourExponent), knee = TLanes.All((float)(Threshold * Largest)), low = TLanes.All((float)(ThresholdValue / (Threshold * Largest)));
        TLanes high = TLanes.All((float)((1 - ThresholdValue) / ((1 - Threshold) * Largest))), start = TLanes.All((float)ThresholdValue);
        for (nint x = 0; x < count; x += TLanes.Count)
        {
            ToHunt(in first, x, stride, out TLanes l1, out TLanes a1, out TLanes b1);
            ToHunt(in second, x, stride, out TLanes l2, out TLanes a2, out TLanes b2);
            TLanes da = a1 - a2, db = b1 - b2;
            TLanes power = LaneMath.Power(TLanes.Abs(l1 - l2) + TLanes.Sqrt((da * da) + (db * db)), exponent);
            TLanes.Store(TLanes.SelectBelow(power, knee, power * low, TLanes.MultiplyAdd(power - knee, high, start)), ref first, x);
        }
    }

    // CIELAB with chroma scaled by lightness.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToHunt<TLanes>(ref readonly float rows, nint at, nint stride, out TLanes lightness, out TLanes first, out TLanes second)
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes fx = TLanes.Load(in rows, at), fy = TLanes.Load(in rows, at + stride), fz = TLanes.Load(in rows, at + (2 * stride));
        lightness = (fy * TLanes.All(116)) - TLanes.All(16);
        TLanes scale = lightness * TLanes.All(0.01f);
        first = (fx - fy) * TLanes.All(500) * scale;
        second = (fy - fz) * TLanes.All(200) * scale;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Row<TLanes>(int at, float[] matrix, TLanes first, TLanes second, TLanes third)
        where TLanes : struct, ILanes<TLanes> =>
        TLanes.MultiplyAdd(TLanes.All(matrix[at]), first, TLanes.MultiplyAdd(TLanes.All(matrix[at + 1]), second, TLanes.All(matrix[at + 2]) * third));

    private static double HuntDistance(double r1, double g1, double b1, double r2, double g2, double b2)
    {
        (double l, double a, double b) one = Hunt(r1, g1, b1), other = Hunt(r2, g2, b2);
        return Math.Abs(one.l - other.l) + Math.Sqrt(((one.a - other.a) * (one.a - other.a)) + ((one.b - other.b) * (one.b - other.b)));

        static (double, double, double) Hunt(double r, double g, double b)
        {
            double[] f = new double[3];
            for (int i = 0; i < 3; i++)
            {
                double ratio = (Forward[i, 0] * r) + (Forward[i, 1] * g) + (Forward[i, 2] * b);
                f[i] = ratio > Knee ? Math.Cbrt(ratio) : (841.0 / 108 * ratio) + (4.0 / 29);
            }

            double lightness = (116 * f[1]) - 16;
            return (lightness, 500 * (f[0] - f[1]) * 0.01 * lightness, 200 * (f[1] - f[2]) * 0.01 * lightness);
        }
    }

    private static double[,] Ratios()
    {
        (double X, double Y)[] primaries = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)];
        (double X, double Y) white = (0.31271, 0.32902);
        double[] whitePoint = [white.X / white.Y, 1, (1 - white.X - white.Y) / white.Y];
        double[,] columns = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            columns[0, i] = primaries[i].X / primaries[i].Y;
            columns[1, i] = 1;
            columns[2, i] = (1 - primaries[i].X - primaries[i].Y) / primaries[i].Y;
        }

        double[,] inverse = Inverse(columns), ratios = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            double strength = (inverse[i, 0] * whitePoint[0]) + (inverse[i, 1] * whitePoint[1]) + (inverse[i, 2] * whitePoint[2]);
            for (int row = 0; row < 3; row++)
            {
                ratios[row, i] = columns[row, i] * strength / whitePoint[row];
            }
        }

        return ratios;
    }

    private static double[,] Inverse(double[,] m)
    {
        double determinant = 0;
        double[,] inverse = new double[3, 3];
        for (int i = 0; i < 3; i++)
        {
            for (int j = 0; j < 3; j++)
            {
                inverse[j, i] = (m[(i + 1) % 3, (j + 1) % 3] * m[(i + 2) % 3, (j + 2) % 3]) - (m[(i + 1) % 3, (j + 2) % 3] * m[(i + 2) % 3, (j + 1) % 3]);
            }

            determinant += m[0, i] * ((m[1, (i + 1) % 3] * m[2, (i + 2) % 3]) - (m[1, (i + 2) % 3] * m[2, (i + 1) % 3]));
        }

        for (int at = 0; at < 9; at++)
        {
            inverse[at / 3, at % 3] /= determinant;
        }

        return inverse;
    }

    private static float[] Flatten(double[,] matrix) => [.. matrix.Cast<double>().Select(static value => (float)value)];
}
