using System.Text.Json.Serialization;
using RenderFarm.Tracing;
using Vouch.Core.Models;

namespace RenderFarm.Workers.Remote;

/// <summary>What a worker's process is told on its standard input, as one line of JSON: the key never stands on a command line, where every user of the machine could read it.</summary>
/// <param name="Scene">A built-in scene or a file.</param>
/// <param name="Workers">How many workers the farm has.</param>
/// <param name="Cheaters">The share of them that cheat.</param>
/// <param name="Seed">The farm's seed: who is what follows from it, in every process alike.</param>
/// <param name="LateSeconds">How late late tiles are.</param>
/// <param name="RaysPerSecond">How fast a usual machine is.</param>
/// <param name="Index">Which worker of the farm this one is, from 0.</param>
/// <param name="Key">The key that requests and answers are signed with, in Base64.</param>
/// <param name="Diary">The file that the worker confesses to, for the report alone.</param>
internal sealed record WorkerOrder(string Scene, int Workers, double Cheaters, ulong Seed, double LateSeconds, double RaysPerSecond, int Index, string Key, string Diary)
{
    public FarmSettings Settings => new(Workers, Cheaters, Seed, TimeSpan.FromSeconds(LateSeconds), RaysPerSecond);
}

/// <summary>A tile that is asked for, as it goes over the wire.</summary>
internal sealed record TileOrder(string Id, int FrameWidth, int FrameHeight, int X, int Y, int Width, int Height, int SamplesPerPixel, int MaxBounces)
{
    public static TileOrder Of(TileUnit unit) => new(
        unit.Id.Value, unit.Frame.Width, unit.Frame.Height, unit.Region.X, unit.Region.Y, unit.Region.Width, unit.Region.Height, unit.SamplesPerPixel, unit.MaxBounces);

    public TileUnit ToUnit() => new(new WorkUnitId(Id), new FrameInfo(FrameWidth, FrameHeight), new Rect(X, Y, Width, Height), SamplesPerPixel, MaxBounces);
}

/// <summary>What a worker did with a unit, a line of its diary.</summary>
/// <param name="Unit">The unit.</param>
/// <param name="Kind">What it did.</param>
/// <param name="Sent">The forged tile as Base64; null for an honest answer.</param>
internal sealed record DiaryLine(string Unit, Misconduct Kind, string? Sent);

[JsonSourceGenerationOptions(UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(WorkerOrder))]
[JsonSerializable(typeof(TileOrder))]
[JsonSerializable(typeof(DiaryLine))]
internal sealed partial class WireJson : JsonSerializerContext;
