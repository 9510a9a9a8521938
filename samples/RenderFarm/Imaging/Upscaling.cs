namespace RenderFarm.Imaging;

/// <summary>Scales linear pictures up.</summary>
internal static class Upscaling
{
    /// <summary>Bilinear interpolation between pixel centres; the same size gives the same pixels back.</summary>
    /// <param name="rgb">Row-major, three floats per pixel.</param>
    /// <param name="width">In pixels.</param>
    /// <param name="height">In pixels.</param>
    /// <param name="toWidth">The width wanted.</param>
    /// <param name="toHeight">The height wanted.</param>
    public static float[] Bilinear(float[] rgb, int width, int height, int toWidth, int toHeight)
    {
        if (width == toWidth && height == toHeight)
        {
            return rgb;
        }

        float[] scaled = new float[3 * toWidth * toHeight];
        for (int y = 0; y < toHeight; y++)
        {
            (int y0, int y1, float shareY) = Between(y, height, toHeight);
            for (int x = 0; x < toWidth; x++)
            {
                (int x0, int x1, float shareX) = Between(x, width, toWidth);
                for (int channel = 0; channel < 3; channel++)
                {
                    float upper = float.Lerp(rgb[(3 * ((y0 * width) + x0)) + channel], rgb[(3 * ((y0 * width) + x1)) + channel], shareX);
                    float lower = float.Lerp(rgb[(3 * ((y1 * width) + x0)) + channel], rgb[(3 * ((y1 * width) + x1)) + channel], shareX);
                    scaled[(3 * ((y * toWidth) + x)) + channel] = float.Lerp(upper, lower, shareY);
                }
            }
        }

        return scaled;
    }

    private static (int First, int Second, float Share) Between(int position, int from, int to)
    {
        float exact = Math.Clamp(((position + 0.5f) * from / to) - 0.5f, 0, from - 1);
        int first = (int)exact;
        return (first, Math.Min(first + 1, from - 1), exact - first);
    }
}
