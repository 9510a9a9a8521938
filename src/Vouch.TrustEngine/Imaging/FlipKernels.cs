namespace Vouch.TrustEngine.Imaging;

/// <summary>The separable filters of FLIP at one viewing distance. Half filters: the weight of the middle first, then those at distance 1, 2, ….</summary>
internal sealed class FlipKernels
{
    // Taps below this share of the largest weight change no digit that single precision shows.
    private const double Negligible = 1e-8;

    // The contrast sensitivity functions as sums of Gaussians a √(π/b) exp(-π² x²/b), x in degrees (table 1 of the paper).
    private static readonly (double A, double B)[] Achromatic = [(1, 0.0047)];
    private static readonly (double A, double B)[] RedGreen = [(1, 0.0053)];
    private static readonly (double A, double B)[] BlueYellow = [(34.1, 0.04), (13.5, 0.025)];

    private const double WidestB = 0.04;
    private const double FeatureWidth = 0.082;      // degrees

    public FlipKernels(double pixelsPerDegree)
    {
        PixelsPerDegree = pixelsPerDegree;
        int radius = (int)Math.Ceiling(3 * Math.Sqrt(WidestB / (2 * Math.PI * Math.PI)) * pixelsPerDegree);
        Luminance = Contrast(Achromatic, radius, pixelsPerDegree)[0];
        FirstChroma = Contrast(RedGreen, radius, pixelsPerDegree)[0];
        (SecondChroma, SecondChromaWide) = Contrast(BlueYellow, radius, pixelsPerDegree) is [var one, var other] ? (one, other) : throw new InvalidOperationException();

        double sigma = 0.5 * FeatureWidth * pixelsPerDegree;
        int reach = (int)Math.Ceiling(3 * sigma);
        double[] smooth = new double[reach + 1], slope = new double[reach + 1], curve = new double[reach + 1];
        double total = 0, slopes = 0, hills = 0, valleys = 0;
        for (int x = 0; x <= reach; x++)
        {
            double gauss = Math.Exp(-x * x / (2 * sigma * sigma)), sides = x == 0 ? 1 : 2, bend = ((x * x / (sigma * sigma)) - 1) * gauss;
            smooth[x] = gauss;
            slope[x] = x * gauss;
            curve[x] = bend;
            total += sides * gauss;
            slopes += x * gauss;
            hills += bend > 0 ? sides * bend : 0;
            valleys -= bend < 0 ? sides * bend : 0;
        }

        // Positive and negative weights add up to 1 each.
        Smooth = [.. smooth.Select(value => (float)(value / total))];
        Slope = [.. slope.Select(value => (float)(value / slopes))];
        Curve = [.. curve.Select(value => (float)(value / (value > 0 ? hills : valleys)))];
        Radius = new[] { Luminance, FirstChroma, SecondChroma, SecondChromaWide, Smooth }.Max(static half => half.Length) - 1;
    }

    public double PixelsPerDegree { get; }

    /// <summary>Gets the farthest pixel that any filter looks at.</summary>
    public int Radius { get; }

    public float[] Luminance { get; }

    public float[] FirstChroma { get; }

    /// <summary>Gets the first of two filters whose outer products add up; each pair (down, across) is stored as one filter of square-root weight.</summary>
    public float[] SecondChroma { get; }

    public float[] SecondChromaWide { get; }

    /// <summary>Gets a Gaussian.</summary>
    public float[] Smooth { get; }

    /// <summary>Gets its first derivative on the right side; the left side is the negative.</summary>
    public float[] Slope { get; }

    /// <summary>Gets its second derivative.</summary>
    public float[] Curve { get; }

    // Each Gaussian of a filter is separable by itself: its share of the whole goes half to the rows and half to the columns.
    private static float[][] Contrast((double A, double B)[] gaussians, int radius, double pixelsPerDegree)
    {
        double[][] halves = new double[gaussians.Length][];
        double total = 0;
        for (int i = 0; i < gaussians.Length; i++)
        {
            (double a, double b) = gaussians[i];
            double root = Math.Sqrt(a * Math.Sqrt(Math.PI / b)), sum = 0;
            halves[i] = new double[radius + 1];
            for (int x = 0; x <= radius; x++)
            {
                double degrees = x / pixelsPerDegree;
                halves[i][x] = root * Math.Exp(-Math.PI * Math.PI * degrees * degrees / b);
                sum += (x == 0 ? 1 : 2) * halves[i][x];
            }

            total += sum * sum;
        }

        // Filters that belong together have one length.
        int length = Enumerable.Range(0, radius + 1).Count(x => halves.Any(half => half[x] > Negligible * half[0]));
        return [.. halves.Select(half => half.Where((_, x) => x < length).Select(value => (float)(value / Math.Sqrt(total))).ToArray())];
    }
}
