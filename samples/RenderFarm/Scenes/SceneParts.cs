using System.Numerics;
using RenderFarm.Tracing;
using Vouch.Core.Exceptions;

namespace RenderFarm.Scenes;

/// <summary>What a reader gathers from a file, and the limits it keeps to.</summary>
internal sealed class SceneParts(string path)
{
    /// <summary>The most triangles of a scene; more would take more memory than a sample should.</summary>
    public const int MaxTriangles = 4_000_000;

    /// <summary>The largest file that is read, in bytes.</summary>
    public const long MaxFileBytes = 1L << 29;

    public string Path { get; } = path;

    public List<Material> Materials { get; } = [];

    public List<Triangle> Triangles { get; } = [];

    public List<string> Notes { get; } = [];

    public Camera? Camera { get; set; }

    public void Add(Vector3 a, Vector3 b, Vector3 c, int material, string location)
    {
        if (Triangles.Count >= MaxTriangles)
        {
            throw Problem(location, $"the scene has more than {MaxTriangles} triangles; simplify it first");
        }

        Triangles.Add(new Triangle(a, b, c, material));
    }

    public int Add(Material material, string location)
    {
        if (material.Problem() is { } problem)
        {
            throw Problem(location, problem);
        }

        Materials.Add(material);
        return Materials.Count - 1;
    }

    public void Note(string note)
    {
        if (!Notes.Contains(note))
        {
            Notes.Add(note);
        }
    }

    /// <summary>Reads a file that belongs to the scene, whole.</summary>
    public byte[] ReadFile(string file, string location)
    {
        try
        {
            var info = new FileInfo(file);
            if (!info.Exists)
            {
                throw Problem(location, $"the file '{System.IO.Path.GetFileName(file)}' is not there");
            }

            return info.Length > MaxFileBytes
                ? throw Problem(location, $"the file '{info.Name}' holds {info.Length} bytes; at most {MaxFileBytes} are read")
                : File.ReadAllBytes(file);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw Problem(location, $"the file '{file}' cannot be read", error);
        }
    }

    /// <summary>The place of a file named inside the scene; only the scene's own folder and those below it may be named.</summary>
    public string Beside(string name, string location)
    {
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) ?? ".";
        string file = name.Contains('\0', StringComparison.Ordinal) ? "" : System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, name));
        return file.StartsWith(folder.TrimEnd(System.IO.Path.DirectorySeparatorChar) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? file
            : throw Problem(location, "it names a file outside the scene's own folder");
    }

    public SceneAnalysisException Problem(string? location, string what, Exception? cause = null) =>
        new($"Scene '{System.IO.Path.GetFileName(Path)}'{(location is null ? "" : " at " + location)}: {what}.", cause) { ScenePath = Path, Location = location };
}
