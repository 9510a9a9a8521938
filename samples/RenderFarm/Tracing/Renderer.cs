using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>Renders parts of a picture.</summary>
/// <remarks>
/// A pixel depends on the scene, camera, picture size, its place, samples, bounces and seed alone. It is the same in every crop that holds it and on any
/// number of threads. Stateless and safe to call concurrently.
/// </remarks>
internal static class Renderer
{
    public const int MaxSamplesPerPixel = 1 << 20;

    /// <summary>Renders a region of a picture.</summary>
    /// <param name="scene">What is seen.</param>
    /// <param name="camera">From where.</param>
    /// <param name="width">The whole picture's width in pixels.</param>
    /// <param name="height">The whole picture's height in pixels.</param>
    /// <param name="region">Which pixels to render.</param>
    /// <param name="samplesPerPixel">Paths per pixel, 1 to <see cref="MaxSamplesPerPixel"/>; independent, so the noise falls with their square root.</param>
    /// <param name="maxBounces">The most scatterings on a path, 0 or more; 0 shows only what shines by itself.</param>
    /// <param name="seed">The seed of the noise.</param>
    /// <param name="cancellationToken">Looked at before every pixel.</param>
    /// <param name="threads">How many threads share the rows.</param>
    /// <param name="strategy">How lights are found.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range, or the region does not lie in the picture.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static ImageTile Render(
        RenderScene scene,
        Camera camera,
        int width,
        int height,
        Rect region,
        int samplesPerPixel,
        int maxBounces,
        ulong seed,
        CancellationToken cancellationToken,
        int threads = 1,
        LightStrategy strategy = LightStrategy.Combined)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(camera);
        ArgumentOutOfRangeException.ThrowIfLessThan(samplesPerPixel, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(samplesPerPixel, MaxSamplesPerPixel);
        ArgumentOutOfRangeException.ThrowIfNegative(maxBounces);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        if (!region.IsInside(width, height))
        {
            throw new ArgumentOutOfRangeException(nameof(region), region, $"The region must lie in the picture of {width} x {height} pixels.");
        }

        float[] rgb = new float[3 * region.PixelCount];
        var frame = new Frame(camera, width, height, region, samplesPerPixel, seed);
        long rays = 0;
        if (threads == 1 || region.Height == 1)
        {
            var tracer = new PathTracer(scene, maxBounces, strategy);
            for (int row = 0; row < region.Height; row++)
            {
                RenderRow(tracer, frame, row, rgb, cancellationToken);
            }

            rays = tracer.Rays;
        }
        else
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken };
            Parallel.For(0, region.Height, options, () => new PathTracer(scene, maxBounces, strategy), (row, _, tracer) =>
            {
                RenderRow(tracer, frame, row, rgb, cancellationToken);
                return tracer;
            }, tracer => Interlocked.Add(ref rays, tracer.Rays));
        }

        return new ImageTile(region, rgb, (long)region.PixelCount * samplesPerPixel) { Rays = rays };
    }

    private static void RenderRow(PathTracer tracer, in Frame frame, int row, float[] rgb, CancellationToken cancellationToken)
    {
        (Vector3 corner, Vector3 across, Vector3 down) = frame.Camera.ImagePlane(frame.Width, frame.Height);
        Vector3 origin = frame.Camera.Position;
        int y = frame.Region.Y + row;
        for (int column = 0; column < frame.Region.Width; column++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int x = frame.Region.X + column;
            ulong pixel = ((ulong)(uint)y << 32) | (uint)x;
            double red = 0;
            double green = 0;
            double blue = 0;
            for (int sample = 0; sample < frame.Samples; sample++)
            {
                var random = new CounterRandom(frame.Seed, pixel, (ulong)sample);
                (float shiftX, float shiftY) = random.NextPair();
                Vector3 direction = Vector3.Normalize(corner + ((x + shiftX) * across) + ((y + shiftY) * down));
                Vector3 radiance = tracer.Trace(origin, direction, ref random);
                red += radiance.X;
                green += radiance.Y;
                blue += radiance.Z;
            }

            int at = 3 * ((row * frame.Region.Width) + column);
            rgb[at] = (float)(red / frame.Samples);
            rgb[at + 1] = (float)(green / frame.Samples);
            rgb[at + 2] = (float)(blue / frame.Samples);
        }
    }

    private readonly record struct Frame(Camera Camera, int Width, int Height, Rect Region, int Samples, ulong Seed);
}
