using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers;

/// <summary>The picture that a job renders.</summary>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal readonly record struct FrameInfo(int Width, int Height)
{
    /// <summary>Cuts the frame into tiles, row by row; those at the right and lower edge may be smaller.</summary>
    /// <param name="tileSize">The side of a whole tile, 1 or more pixels.</param>
    public IEnumerable<Rect> Tiles(int tileSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tileSize, 1);
        for (int y = 0; y < Height; y += tileSize)
        {
            for (int x = 0; x < Width; x += tileSize)
            {
                yield return new Rect(x, y, Math.Min(tileSize, Width - x), Math.Min(tileSize, Height - y));
            }
        }
    }
}

/// <summary>A tile to render.</summary>
/// <param name="Id">The unit's name.</param>
/// <param name="Frame">The whole picture.</param>
/// <param name="Region">The part of it that is asked for.</param>
/// <param name="SamplesPerPixel">Paths per pixel.</param>
/// <param name="MaxBounces">The most scatterings on a path.</param>
internal sealed record TileUnit(WorkUnitId Id, FrameInfo Frame, Rect Region, int SamplesPerPixel, int MaxBounces);
