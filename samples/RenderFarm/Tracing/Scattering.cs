using System.Numerics;
using System.Runtime.CompilerServices;

namespace RenderFarm.Tracing;

/// <summary>Directions after a bounce.</summary>
internal static class Scattering
{
    /// <summary>A direction about <paramref name="normal"/> with density <c>cosine / pi</c>, and its cosine.</summary>
    /// <remarks>The frame: T. Duff et al., "Building an Orthonormal Basis, Revisited", JCGT 6(1), 2017.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3 CosineHemisphere(Vector3 normal, float first, float second, out float cosine)
    {
        float sign = MathF.CopySign(1, normal.Z);
        float a = -1 / (sign + normal.Z);
        float b = normal.X * normal.Y * a;
        var tangent = new Vector3(1 + (sign * normal.X * normal.X * a), sign * b, -sign * normal.X);
        var bitangent = new Vector3(b, sign + (normal.Y * normal.Y * a), -normal.Y);
        float radius = MathF.Sqrt(first);
        (float sin, float cos) = MathF.SinCos(2 * MathF.PI * second);
        cosine = MathF.Sqrt(1 - first);
        return Vector3.Normalize((radius * cos * tangent) + (radius * sin * bitangent) + (cosine * normal));
    }

    /// <summary>The mirror direction.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector3 Reflect(Vector3 direction, Vector3 normal) => Vector3.Normalize(direction - (2 * Vector3.Dot(direction, normal) * normal));

    /// <summary>The share of unpolarised light that a smooth dielectric reflects (Fresnel's equations), 1 at total reflection.</summary>
    /// <param name="cosine">The cosine of the angle of incidence, in [0, 1].</param>
    /// <param name="ratio">The refractive index on the incident side over that on the other side.</param>
    /// <param name="transmittedCosine">The cosine of the refracted ray's angle; 0 at total reflection.</param>
    public static float Fresnel(float cosine, float ratio, out float transmittedCosine)
    {
        // 1 - ratio^2 * sine^2, written so that a grazing ray loses no digits.
        float squared = (1 - (ratio * ratio)) + (ratio * ratio * cosine * cosine);
        if (squared <= 0)
        {
            transmittedCosine = 0;
            return 1;
        }

        transmittedCosine = MathF.Sqrt(squared);
        float parallel = (cosine - (ratio * transmittedCosine)) / (cosine + (ratio * transmittedCosine));
        float perpendicular = ((ratio * cosine) - transmittedCosine) / ((ratio * cosine) + transmittedCosine);
        return 0.5f * ((parallel * parallel) + (perpendicular * perpendicular));
    }
}
