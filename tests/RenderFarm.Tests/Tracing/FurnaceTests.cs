using System.Numerics;
using RenderFarm.Tracing;

namespace RenderFarm.Tests.Tracing;

/// <summary>Scenes whose radiance is known in closed form.</summary>
public class FurnaceTests
{
    [Theory]
    [InlineData(0.0f)]
    [InlineData(0.18f)]
    [InlineData(0.5f)]
    [InlineData(1.0f)]
    public void Render_ConvexDiffuseSphereInUniformLight_ShowsItsAlbedo(float albedo)
    {
        // A convex body sees only the sky: every path on it carries albedo * 1, without any noise.
        float[] picture = TestScenes.Render(TestScenes.Furnace(Material.Diffuse(albedo, albedo, albedo)), 32, 4, 8);

        picture[3 * ((16 * 32) + 16)].Should().BeApproximately(albedo, 1e-6f);
        picture[0].Should().Be(1, "the corner shows the sky");
    }

    [Theory]
    [InlineData(nameof(MaterialKind.Mirror))]
    [InlineData(nameof(MaterialKind.Glass))]
    [InlineData(nameof(MaterialKind.Diffuse))]
    public void Render_LosslessSphereInUniformLight_IsInvisible(string kindName)
    {
        MaterialKind kind = Enum.Parse<MaterialKind>(kindName);

        float[] picture = TestScenes.Render(TestScenes.Furnace(new Material(kind, Vector3.One)), 48, 64, 200);

        // A mirror and a white diffuse body give exactly 1. Glass goes through roulette after the third bounce, which adds a little noise but no bias.
        picture.Average().Should().BeApproximately(1, kind == MaterialKind.Glass ? 2e-3f : 1e-6f);
        if (kind != MaterialKind.Glass)
        {
            picture.Should().OnlyContain(value => MathF.Abs(value - 1) < 1e-5f);
        }
    }

    [Fact]
    public void Render_MirrorSphereOfPartialReflectance_ShowsTheReflectance()
    {
        float[] picture = TestScenes.Render(TestScenes.Furnace(Material.Mirror(0.7f)), 32, 4, 8);

        picture[3 * ((16 * 32) + 16)].Should().BeApproximately(0.7f, 1e-6f);
    }

    [Theory]
    [InlineData(0.3f, nameof(LightStrategy.Combined))]
    [InlineData(0.7f, nameof(LightStrategy.Combined))]
    [InlineData(0.7f, nameof(LightStrategy.ScatteringOnly))]
    public void Render_ClosedGlowingShell_SumsTheGeometricSeries(float albedo, string strategy)
    {
        // Inside a closed shell that emits 1 and reflects a, the radiance is 1 + a + a^2 + ... = 1 / (1 - a). Roulette and both ways of finding light take part.
        var shell = new RenderScene(
            "shell", [Material.Light(Vector3.One, albedo, bothSides: true)], [], [new Sphere(Vector3.Zero, 2, 0)], TestScenes.FromWithin);

        float[] picture = TestScenes.Render(shell, 48, 100, 1000, strategy: Enum.Parse<LightStrategy>(strategy));

        picture.Average().Should().BeApproximately(1 / (1 - albedo), 0.01f / (1 - albedo));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Render_ClosedGlowingShellWithBounceLimit_SumsThatManyTerms(int bounces)
    {
        var shell = new RenderScene("shell", [Material.Light(Vector3.One, 0.5f, bothSides: true)], [], [new Sphere(Vector3.Zero, 2, 0)], TestScenes.FromWithin);

        float[] picture = TestScenes.Render(shell, 48, 100, bounces);

        picture.Average().Should().BeApproximately(2 - MathF.Pow(0.5f, bounces), 0.01f);
    }

    [Fact]
    public void Render_ClosedGlowingBoxOfTriangles_SumsTheGeometricSeries()
    {
        var box = new RenderScene("box", [Material.Light(Vector3.One, 0.5f, bothSides: true)], Cube(2), [], TestScenes.FromWithin);

        float[] picture = TestScenes.Render(box, 48, 100, 1000);

        picture.Average().Should().BeApproximately(2, 0.02f);
    }

    [Fact]
    public void Render_FloorUnderAParallelSquareLamp_MatchesTheFormFactor()
    {
        // A point under the centre of a square lamp of half side s at height h, lamp radiance L, albedo a: the light reflected is a * L * F with the form
        // factor of four corner rectangles, F = 4 * (1 / 2pi) * 2 * (s / sqrt(s^2 + h^2)) * atan(s / sqrt(s^2 + h^2))
        // (E. M. Sparrow and R. D. Cess, Radiation Heat Transfer, 1978; the differential element facing a rectangle's corner).
        const float s = 1;
        const float h = 1.5f;
        const float albedo = 0.6f;
        Triangle[] shapes =
        [
            new(new(-50, 0, -50), new(-50, 0, 50), new(50, 0, 50), 0), new(new(-50, 0, -50), new(50, 0, 50), new(50, 0, -50), 0),
            new(new(-s, h, -s), new(s, h, -s), new(s, h, s), 1), new(new(-s, h, -s), new(s, h, s), new(-s, h, s), 1),
        ];
        var camera = new Camera(new Vector3(0, 1, 3), Vector3.Zero, Vector3.UnitY, 0.001f, CameraFit.Height);
        var scene = new RenderScene("lamp", [Material.Diffuse(albedo, albedo, albedo), Material.Light(new Vector3(3))], shapes, [], camera);
        double side = s / Math.Sqrt((s * s) + (h * h));
        double expected = albedo * 3 * (4 / (2 * Math.PI)) * 2 * side * Math.Atan(side);

        float[] combined = TestScenes.Render(scene, 16, 400, 1);
        float[] scattering = TestScenes.Render(scene, 16, 400, 1, strategy: LightStrategy.ScatteringOnly);

        ((double)combined.Average()).Should().BeApproximately(expected, 0.01 * expected);
        ((double)scattering.Average()).Should().BeApproximately(expected, 0.03 * expected);
    }

    private static Triangle[] Cube(float half)
    {
        var triangles = new List<Triangle>();
        for (int axis = 0; axis < 3; axis++)
        {
            foreach (float side in new[] { -half, half })
            {
                Vector3 Corner(float first, float second)
                {
                    Vector3 corner = default;
                    corner[axis] = side;
                    corner[(axis + 1) % 3] = first;
                    corner[(axis + 2) % 3] = second;
                    return corner;
                }

                triangles.Add(new Triangle(Corner(-half, -half), Corner(half, -half), Corner(half, half), 0));
                triangles.Add(new Triangle(Corner(-half, -half), Corner(half, half), Corner(-half, half), 0));
            }
        }

        return [.. triangles];
    }
}
