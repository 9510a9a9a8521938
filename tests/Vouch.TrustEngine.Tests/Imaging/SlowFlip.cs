using Vouch.TrustEngine.Imaging;

namespace Vouch.TrustEngine.Tests.Imaging;

/// <summary>FLIP as the paper writes it down: whole filters of two dimensions, in double precision.</summary>
internal static class SlowFlip
{
    // Linear sRGB to XYZ and back (IEC 61966-2-1 primaries, white 0.31271 / 0.32902), to ten digits.
    private static readonly double[,] ToXyz = { { 0.4123865633, 0.3575914909, 0.1804504912 }, { 0.2126368217, 0.7151829819, 0.0721801965 }, { 0.0193306201, 0.1191971636, 0.9503725871 } };
    private static readonly double[,] ToRgb = { { 3.2410032329, -1.5373989695, -0.4986158820 }, { -0.9692242522, 1.8759299838, 0.0415542263 }, { 0.0556394198, -0.2040112061, 1.0571489772 } };
    private static readonly double[] White = [0.9504285454, 1, 1.0889003708];

    public static double[] Map(byte[] reference, byte[] candidate, ImageShape shape, double pixelsPerDegree)
    {
        double[][] first = Opponent(reference, shape), second = Opponent(candidate, shape);
        int radius = (int)Math.Ceiling(3 * Math.Sqrt(0.04 / (2 * Math.PI * Math.PI)) * pixelsPerDegree);
        (double, double, double, double)[] parameters = [(1, 0.0047, 0, 1e-5), (1, 0.0053, 0, 1e-5), (34.1, 0.04, 13.5, 0.025)];
        double[][] filteredFirst = new double[3][], filteredSecond = new double[3][];
        for (int channel = 0; channel < 3; channel++)
        {
            (double a1, double b1, double a2, double b2) = parameters[channel];
            double[,] filter = Filter(radius, (x, y) =>
            {
                double d = ((x * x) + (y * y)) / (pixelsPerDegree * pixelsPerDegree);
                return (a1 * Math.Sqrt(Math.PI / b1) * Math.Exp(-Math.PI * Math.PI * d / b1)) + (a2 * Math.Sqrt(Math.PI / b2) * Math.Exp(-Math.PI * Math.PI * d / b2));
            });
            Scale(filter, value => true, filter.Cast<double>().Sum());
            filteredFirst[channel] = Convolve(first[channel], shape, filter);
            filteredSecond[channel] = Convolve(second[channel], shape, filter);
        }

        double largest = Math.Pow(HyAb(Hunt([0, 1, 0]), Hunt([0, 0, 1])), 0.7);
        (double[] Edge, double[] Point) features = Features(first[0], shape, pixelsPerDegree), others = Features(second[0], shape, pixelsPerDegree);
        double[] map = new double[shape.Pixels];
        for (int at = 0; at < map.Length; at++)
        {
            double distance = Math.Pow(HyAb(Hunt(Rgb(filteredFirst, at)), Hunt(Rgb(filteredSecond, at))), 0.7);
            double colour = distance < 0.4 * largest ? distance * 0.95 / (0.4 * largest) : 0.95 + ((distance - (0.4 * largest)) / (0.6 * largest) * 0.05);
            double feature = Math.Max(Math.Abs(features.Edge[at] - others.Edge[at]), Math.Abs(features.Point[at] - others.Point[at]));
            map[at] = Math.Pow(colour, 1 - Math.Sqrt(feature / Math.Sqrt(2)));
        }

        return map;
    }

    private static (double[] Edge, double[] Point) Features(double[] luminance, ImageShape shape, double pixelsPerDegree)
    {
        double sigma = 0.5 * 0.082 * pixelsPerDegree;
        int radius = (int)Math.Ceiling(3 * sigma);
        double[] normal = [.. luminance.Select(value => (value + 16) / 116)];
        double Gauss(double x, double y) => Math.Exp(-((x * x) + (y * y)) / (2 * sigma * sigma));
        double[] Norm(Func<double, double, double> kernel)
        {
            double[,] across = Filter(radius, kernel), down = Filter(radius, (x, y) => kernel(y, x));
            foreach (double[,] filter in (double[][,])[across, down])
            {
                double positive = filter.Cast<double>().Where(value => value > 0).Sum(), negative = -filter.Cast<double>().Where(value => value < 0).Sum();
                Scale(filter, value => value > 0, positive);
                Scale(filter, value => value < 0, negative);
            }

            double[] x = Convolve(normal, shape, across), y = Convolve(normal, shape, down);
            return [.. x.Zip(y, (a, b) => Math.Sqrt((a * a) + (b * b)))];
        }

        return (Norm((x, y) => -x * Gauss(x, y)), Norm((x, y) => ((x * x / (sigma * sigma)) - 1) * Gauss(x, y)));
    }

    private static double[,] Filter(int radius, Func<double, double, double> value)
    {
        double[,] filter = new double[(2 * radius) + 1, (2 * radius) + 1];
        for (int y = -radius; y <= radius; y++)
        {
            for (int x = -radius; x <= radius; x++)
            {
                filter[y + radius, x + radius] = value(x, y);
            }
        }

        return filter;
    }

    private static void Scale(double[,] filter, Func<double, bool> which, double by)
    {
        for (int y = 0; y < filter.GetLength(0); y++)
        {
            for (int x = 0; x < filter.GetLength(1); x++)
            {
                filter[y, x] = which(filter[y, x]) ? filter[y, x] / by : filter[y, x];
            }
        }
    }

    private static double[] Convolve(double[] plane, ImageShape shape, double[,] filter)
    {
        int radius = filter.GetLength(0) / 2;
        double[] result = new double[plane.Length];
        for (int at = 0; at < plane.Length; at++)
        {
            for (int y = -radius; y <= radius; y++)
            {
                int row = Math.Clamp((at / shape.Width) + y, 0, shape.Height - 1);
                for (int x = -radius; x <= radius; x++)
                {
                    result[at] += filter[y + radius, x + radius] * plane[(row * shape.Width) + Math.Clamp((at % shape.Width) + x, 0, shape.Width - 1)];
                }
            }
        }

        return result;
    }

    private static double[][] Opponent(byte[] image, ImageShape shape)
    {
        double[][] planes = [new double[shape.Pixels], new double[shape.Pixels], new double[shape.Pixels]];
        for (int at = 0; at < shape.Pixels; at++)
        {
            double[] linear = [Linear(image[3 * at]), Linear(image[(3 * at) + 1]), Linear(image[(3 * at) + 2])];
            double[] ratio = [.. Multiply(ToXyz, linear).Zip(White, (value, white) => value / white)];
            planes[0][at] = (116 * ratio[1]) - 16;
            planes[1][at] = 500 * (ratio[0] - ratio[1]);
            planes[2][at] = 200 * (ratio[1] - ratio[2]);
        }

        return planes;
    }

    private static double Linear(byte level)
    {
        double value = level / 255.0;
        return value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
    }

    private static double[] Rgb(double[][] opponent, int at)
    {
        double y = (opponent[0][at] + 16) / 116, x = (opponent[1][at] / 500) + y, z = y - (opponent[2][at] / 200);
        return [.. Multiply(ToRgb, [x * White[0], y * White[1], z * White[2]]).Select(value => Math.Clamp(value, 0, 1))];
    }

    private static double[] Hunt(double[] linear)
    {
        double[] f = [.. Multiply(ToXyz, linear).Zip(White, (value, white) => value / white).Select(t => t > 216.0 / 24389 ? Math.Cbrt(t) : (t * 841 / 108) + (4.0 / 29))];
        double lightness = (116 * f[1]) - 16;
        return [lightness, 5 * (f[0] - f[1]) * lightness, 2 * (f[1] - f[2]) * lightness];
    }

    private static double HyAb(double[] one, double[] other) =>
        Math.Abs(one[0] - other[0]) + Math.Sqrt(((one[1] - other[1]) * (one[1] - other[1])) + ((one[2] - other[2]) * (one[2] - other[2])));

    private static double[] Multiply(double[,] matrix, double[] vector) =>
        [.. Enumerable.Range(0, 3).Select(row => (matrix[row, 0] * vector[0]) + (matrix[row, 1] * vector[1]) + (matrix[row, 2] * vector[2]))];
}
