using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>How a surface scatters light.</summary>
internal enum MaterialKind
{
    /// <summary>Lambert: equally bright from every side.</summary>
    Diffuse,

    /// <summary>A perfect mirror.</summary>
    Mirror,

    /// <summary>A smooth dielectric with Fresnel reflection and refraction.</summary>
    Glass,
}

/// <summary>A surface.</summary>
/// <param name="Kind">How it scatters.</param>
/// <param name="Colour">The albedo, reflectance or tint per channel, in [0, 1].</param>
/// <param name="Emission">The radiance it sends out per channel, 0 or more.</param>
/// <param name="EmitsBothSides">Whether it shines from its back too; the front is the side from which a triangle's corners run counter-clockwise, and the outside of a sphere.</param>
/// <param name="RefractiveIndex">For glass: the index inside over the index outside, at least 1.</param>
internal readonly record struct Material(
    MaterialKind Kind,
    Vector3 Colour,
    Vector3 Emission = default,
    bool EmitsBothSides = false,
    float RefractiveIndex = 1.5f)
{
    public bool IsEmissive => Emission != Vector3.Zero;

    public static Material Diffuse(float red, float green, float blue) => new(MaterialKind.Diffuse, new Vector3(red, green, blue));

    public static Material Mirror(float reflectance) => new(MaterialKind.Mirror, new Vector3(reflectance));

    public static Material Glass(float refractiveIndex) => new(MaterialKind.Glass, Vector3.One, RefractiveIndex: refractiveIndex);

    public static Material Light(Vector3 emission, float albedo = 0, bool bothSides = false) => new(MaterialKind.Diffuse, new Vector3(albedo), emission, bothSides);

    /// <summary>What is wrong with the numbers, or null.</summary>
    public string? Problem()
    {
        if (!(IsFinite(Colour) && IsFinite(Emission) && float.IsFinite(RefractiveIndex)))
        {
            return "a material holds a number that is not finite";
        }

        if (Vector3.Min(Colour, Vector3.Zero) != Vector3.Zero || Vector3.Max(Colour, Vector3.One) != Vector3.One)
        {
            return "a material's colour lies outside [0, 1]";
        }

        return Vector3.Min(Emission, Vector3.Zero) != Vector3.Zero ? "a material's emission is negative" : RefractiveIndex < 1 ? "a refractive index is below 1" : null;
    }

    private static bool IsFinite(Vector3 value) => float.IsFinite(value.X) && float.IsFinite(value.Y) && float.IsFinite(value.Z);
}
