using Vouch.Core.Models;

namespace RenderFarm;

/// <summary>What the command line asks for.</summary>
internal sealed record FarmRequest
{
    /// <summary>A built-in scene (<c>cornell</c>, <c>cornell-spheres</c>) or the path of a .gltf, .glb or .obj file.</summary>
    public string Scene { get; init; } = Scenes.CornellBox.Name;

    /// <summary>The side of the square picture in pixels.</summary>
    public int Size { get; init; } = 576;

    /// <summary>The side of a tile in pixels.</summary>
    public int TileSize { get; init; } = 48;

    public int Workers { get; init; } = 12;

    /// <summary>Whether the workers are processes of their own, reached by signed HTTP on loopback.</summary>
    public bool WorkersHttp { get; init; }

    /// <summary>How long an honest tile takes on a usual worker's machine; longer where this computer, which plays all of them, cannot keep up.</summary>
    public TimeSpan TileTime { get; init; } = TimeSpan.FromSeconds(0.75);

    /// <summary>The share of the workers that lie.</summary>
    public double Cheaters { get; init; } = 1.0 / 3;

    /// <summary>The structural similarity to a noise-free picture that the configuration must reach.</summary>
    public double Quality { get; init; } = 0.6;

    public OptimizationProfile Profile { get; init; } = OptimizationProfile.Balanced;

    /// <summary>The chance that an accepted tile may be wrong.</summary>
    public double ErrorBudget { get; init; } = 0.001;

    /// <summary>The most that the job may cost in euros.</summary>
    public double Budget { get; init; } = double.PositiveInfinity;

    public ulong Seed { get; init; } = 1;

    /// <summary>Where the picture, the report and the journal go.</summary>
    public string Out { get; init; } = "out";

    /// <summary>Whether an interrupted run in the same place is taken up again.</summary>
    public bool Resume { get; init; }

    /// <summary>How many seeds to run, one after another, for a table instead of a picture.</summary>
    public int Sweep { get; init; } = 1;
}
