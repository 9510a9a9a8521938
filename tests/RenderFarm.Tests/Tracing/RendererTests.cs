using System.Numerics;
using RenderFarm.Scenes;
using RenderFarm.Tracing;

namespace RenderFarm.Tests.Tracing;

public class RendererTests
{
    private static readonly RenderScene Cornell = CornellBox.Build();

    [Fact]
    public void Render_CropsAndThreads_GiveTheSamePixels()
    {
        var whole = new Rect(0, 0, 48, 40);
        float[] reference = Renderer.Render(Cornell, Cornell.Camera, 48, 40, whole, 3, 6, 42, CancellationToken.None).Rgb;

        float[] threaded = Renderer.Render(Cornell, Cornell.Camera, 48, 40, whole, 3, 6, 42, CancellationToken.None, threads: 4).Rgb;
        var crop = new Rect(7, 13, 20, 11);
        ImageTile part = Renderer.Render(Cornell, Cornell.Camera, 48, 40, crop, 3, 6, 42, CancellationToken.None);

        threaded.Should().Equal(reference);
        part.Rgb.Should().Equal(new ImageTile(whole, reference, 1).Crop(crop).Rgb);
        part.Samples.Should().Be(20 * 11 * 3);
    }

    [Fact]
    public void Render_AnotherSeed_GivesOtherNoise()
    {
        float[] first = TestScenes.Render(Cornell, 16, 2, 6, seed: 1);
        float[] second = TestScenes.Render(Cornell, 16, 2, 6, seed: 2);

        first.Zip(second).Count(pair => pair.First == pair.Second).Should().BeLessThan(first.Length / 20);
    }

    [Fact]
    public void Render_MoreBounces_NeverTakesLightAway()
    {
        // Paths of one seed share their beginnings, so this holds pixel by pixel, not only on average.
        float[] previous = TestScenes.Render(Cornell, 24, 4, 0);
        foreach (int bounces in new[] { 1, 2, 3, 5, 8, 20 })
        {
            float[] next = TestScenes.Render(Cornell, 24, 4, bounces);
            next.Zip(previous).Should().OnlyContain(pair => pair.First >= pair.Second);
            next.Average().Should().BeGreaterThan(previous.Average());
            previous = next;
        }
    }

    [Fact]
    public void Render_MeanOfManyNoisyPictures_EqualsTheCleanPicture()
    {
        // Unbiasedness: the mean of 300 pictures of one sample each against 3 pictures of 256 samples each, channel by channel, within the standard error.
        double[] noisy = new double[300];
        double[] clean = new double[3];
        for (int picture = 0; picture < noisy.Length; picture++)
        {
            noisy[picture] = TestScenes.Render(Cornell, 24, 1, 8, seed: 1000 + (ulong)picture).Average();
        }

        for (int picture = 0; picture < clean.Length; picture++)
        {
            clean[picture] = TestScenes.Render(Cornell, 24, 256, 8, seed: 5000 + (ulong)picture).Average();
        }

        double mean = noisy.Average();
        double error = Math.Sqrt(noisy.Sum(value => (value - mean) * (value - mean)) / (noisy.Length - 1.0) / noisy.Length);

        // 4 standard errors; the clean pictures add a fifth of the variance.
        clean.Average().Should().BeApproximately(mean, 4.4 * error);
        error.Should().BeLessThan(0.02 * mean, "the test must be able to see a bias of a few percent");
    }

    [Fact]
    public void Render_NoiseFallsWithTheSquareRootOfTheSamples()
    {
        double Noise(int samples)
        {
            float[] first = TestScenes.Render(Cornell, 32, samples, 6, seed: 21);
            float[] second = TestScenes.Render(Cornell, 32, samples, 6, seed: 22);
            return Math.Sqrt(first.Zip(second).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        }

        (Noise(4) / Noise(64)).Should().BeInRange(3, 5.3, "16 times the samples leave a quarter of the noise");
    }

    [Fact]
    public void Render_WithAndWithoutLightSampling_Agree()
    {
        // A larger lamp than Cornell's, or scattering alone would find it too rarely.
        RenderScene room = Room(mirrored: false);

        double combined = TestScenes.Render(room, 24, 200, 4, seed: 3).Average();
        double scattering = TestScenes.Render(room, 24, 1500, 4, seed: 4, LightStrategy.ScatteringOnly).Average();

        scattering.Should().BeApproximately(combined, 0.02 * combined);
    }

    [Fact]
    public void Render_MirroredScene_GivesTheMirroredPicture()
    {
        const int size = 32;
        float[] picture = TestScenes.Render(Room(mirrored: false), size, 250, 5, seed: 8);
        float[] mirrored = TestScenes.Render(Room(mirrored: true), size, 250, 5, seed: 9);

        double squared = 0;
        double sum = 0;
        double left = 0;
        double right = 0;
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < 3 * size; x++)
            {
                float direct = picture[(3 * size * y) + x];
                squared += Math.Pow(direct - mirrored[(3 * size * y) + (3 * (size - 1 - (x / 3))) + (x % 3)], 2);
                sum += direct;
                _ = x < 3 * size / 2 ? left += direct : right += direct;
            }
        }

        double mean = sum / picture.Length;
        Math.Sqrt(squared / picture.Length).Should().BeLessThan(0.12 * mean, "only noise may differ");
        Math.Abs(left - right).Should().BeGreaterThan(0.05 * sum, "the scene must be lopsided, or the test shows nothing");
    }

    [Fact]
    public void Camera_CornellBox_FillsThePictureWithoutBlackMargins()
    {
        var stack = new TraversalStack();
        foreach ((int width, int height) in new[] { (64, 64), (96, 48), (48, 96) })
        {
            (Vector3 corner, Vector3 across, Vector3 down) = Cornell.Camera.ImagePlane(width, height);
            for (int y = 0; y <= height; y++)
            {
                for (int x = 0; x <= width; x++)
                {
                    Vector3 direction = Vector3.Normalize(corner + (x * across) + (y * down));

                    Cornell.Bvh.Intersect(Cornell.Camera.Position, direction, float.PositiveInfinity, out int shape, stack);

                    shape.Should().NotBe(-1, $"({x}, {y}) of {width} x {height} looks into the box");
                }
            }
        }
    }

    [Fact]
    public void Render_CancelledToken_StopsAtOnce()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();

        Action render = () => Renderer.Render(Cornell, Cornell.Camera, 4096, 4096, new Rect(0, 0, 4096, 4096), 1000, 8, 1, source.Token);

        render.Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void Render_RegionOutsideThePicture_IsRefused()
    {
        Action render = () => Renderer.Render(Cornell, Cornell.Camera, 64, 64, new Rect(60, 0, 8, 8), 1, 1, 1, CancellationToken.None);

        render.Should().Throw<ArgumentOutOfRangeException>().WithParameterName("region");
    }

    [Fact]
    public void Render_EmptyScene_ShowsTheBackground()
    {
        var scene = new RenderScene("empty", [], [], [], TestScenes.LookAtOrigin, new Vector3(0.25f, 0.5f, 1));

        TestScenes.Render(scene, 2, 1, 3).Should().Equal(Enumerable.Repeat(new[] { 0.25f, 0.5f, 1f }, 4).SelectMany(value => value));
    }

    [Fact]
    public void Trace_OnceWarm_AllocatesNothing()
    {
        var tracer = new PathTracer(Cornell, 8, LightStrategy.Combined);
        var random = new CounterRandom(1, 2, 3);

        Allocations.Of(() => tracer.Trace(Cornell.Camera.Position, Cornell.Camera.Forward, ref random)).Should().Be(0);
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1.5f)]
    [InlineData(2.4f)]
    public void Fresnel_NormalIncidence_GivesTheTextbookReflectance(float index)
    {
        float expected = MathF.Pow((index - 1) / (index + 1), 2);

        Scattering.Fresnel(1, 1 / index, out float transmitted).Should().BeApproximately(expected, 1e-6f);

        transmitted.Should().Be(1);
        Scattering.Fresnel(0.0001f, 1 / index, out _).Should().BeApproximately(index == 1 ? 0 : 1, 1e-2f, "grazing light is reflected");
        Scattering.Fresnel(0.3f, 1.5f, out _).Should().Be(1, "beyond the critical angle (cosine 0.745) all is reflected");
    }

    /// <summary>A lopsided room: one wall dark, one block off the centre, a wide lamp above.</summary>
    private static RenderScene Room(bool mirrored)
    {
        Vector3 Flip(Vector3 point) => mirrored ? point with { X = -point.X } : point;
        var triangles = new List<Triangle>();
        void Quad(int material, Vector3 a, Vector3 b, Vector3 c, Vector3 d)
        {
            triangles.Add(new Triangle(Flip(a), Flip(b), Flip(c), material));
            triangles.Add(new Triangle(Flip(a), Flip(c), Flip(d), material));
        }

        Quad(0, new(-1, -1, -1), new(-1, -1, 1), new(1, -1, 1), new(1, -1, -1));
        Quad(0, new(-1, -1, -1), new(1, -1, -1), new(1, 1, -1), new(-1, 1, -1));
        Quad(1, new(-1, -1, -1), new(-1, 1, -1), new(-1, 1, 1), new(-1, -1, 1));
        Quad(0, new(1, -1, -1), new(1, 1, -1), new(1, 1, 1), new(1, -1, 1));
        Quad(2, new(-0.8f, 1, -0.8f), new(0.8f, 1, -0.8f), new(0.8f, 1, 0.8f), new(-0.8f, 1, 0.8f));
        Quad(1, new(0.2f, -1, 0), new(0.7f, -1, 0), new(0.7f, 0.2f, 0), new(0.2f, 0.2f, 0));
        Material[] materials =
        [
            Material.Diffuse(0.7f, 0.7f, 0.7f), Material.Diffuse(0.1f, 0.2f, 0.6f), Material.Light(new Vector3(2, 2, 1.5f), bothSides: true),
        ];
        var camera = new Camera(new Vector3(0, 0, 3.5f), Vector3.Zero, Vector3.UnitY, 0.38f, CameraFit.Height);
        return new RenderScene("room", materials, triangles, [new Sphere(Flip(new Vector3(-0.4f, -0.6f, 0.3f)), 0.35f, 0)], camera);
    }
}
