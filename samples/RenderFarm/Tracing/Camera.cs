using System.Numerics;

namespace RenderFarm.Tracing;

/// <summary>Which side of the picture the field of view spans.</summary>
internal enum CameraFit
{
    /// <summary>The height, as in glTF.</summary>
    Height,

    /// <summary>The longer side: whatever the aspect, nothing outside the cone is seen.</summary>
    LongerSide,

    /// <summary>The shorter side: whatever the aspect, everything inside the cone is seen.</summary>
    ShorterSide,
}

/// <summary>A pinhole camera.</summary>
internal sealed class Camera
{
    private readonly float _tangent;
    private readonly CameraFit _fit;

    /// <param name="position">Where it stands.</param>
    /// <param name="target">A point it looks at; not <paramref name="position"/>.</param>
    /// <param name="up">Which way is up; not along the line of sight.</param>
    /// <param name="tangent">The tangent of half the field of view, above 0.</param>
    /// <param name="fit">Which side the field of view spans.</param>
    public Camera(Vector3 position, Vector3 target, Vector3 up, float tangent, CameraFit fit)
    {
        Vector3 forward = Vector3.Normalize(target - position);
        Vector3 right = Vector3.Normalize(Vector3.Cross(forward, up));
        if (!(float.IsFinite(right.X + right.Y + right.Z) && tangent > 0 && float.IsFinite(tangent)))
        {
            throw new ArgumentException("A camera needs a line of sight, an up direction across it and a field of view above 0.", nameof(target));
        }

        Position = position;
        Forward = forward;
        Right = right;
        Up = Vector3.Cross(right, forward);
        _tangent = tangent;
        _fit = fit;
    }

    public Vector3 Position { get; }

    public Vector3 Forward { get; }

    public Vector3 Right { get; }

    public Vector3 Up { get; }

    /// <summary>The vectors on the image plane at distance 1 that span one pixel, and its upper left corner, for a picture of the given size.</summary>
    public (Vector3 Corner, Vector3 AcrossPixel, Vector3 DownPixel) ImagePlane(int width, int height)
    {
        float side = _fit switch
        {
            CameraFit.Height => height,
            CameraFit.LongerSide => Math.Max(width, height),
            _ => Math.Min(width, height),
        };
        float pixel = 2 * _tangent / side;
        Vector3 corner = Forward - (0.5f * width * pixel * Right) + (0.5f * height * pixel * Up);
        return (corner, pixel * Right, -pixel * Up);
    }
}
