using System.Globalization;
using System.Numerics;
using System.Text;
using RenderFarm.Tracing;

namespace RenderFarm.Scenes;

/// <summary>Reads Wavefront OBJ and its materials: positions, faces of any number of corners, <c>Kd</c>, <c>Ke</c>, <c>Ks</c>, <c>Ni</c> and <c>illum</c>.</summary>
/// <remarks>Source: Wavefront Technologies, "The Advanced Visualizer Manual", appendices B1 and B2. Textures, normals, curves and groups are skipped.</remarks>
internal static class ObjReader
{
    private const float MaxEmission = 1e6f;

    public static void Read(SceneParts parts)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        int current = parts.Add(Material.Diffuse(0.7f, 0.7f, 0.7f), "the default material");
        var points = new List<Vector3>();
        var corners = new List<int>();
        foreach ((string[] words, string location) in Lines(parts, parts.ReadFile(parts.Path, "the file")))
        {
            switch (words[0])
            {
                case "v":
                    points.Add(Vector(parts, words, location));
                    break;
                case "f":
                    corners.Clear();
                    for (int word = 1; word < words.Length; word++)
                    {
                        corners.Add(Corner(parts, words[word], points.Count, location));
                    }

                    if (corners.Count < 3)
                    {
                        throw parts.Problem(location, $"a face has {corners.Count} corners; it needs at least 3");
                    }

                    for (int corner = 2; corner < corners.Count; corner++)
                    {
                        parts.Add(points[corners[0]], points[corners[corner - 1]], points[corners[corner]], current, location);
                    }

                    break;
                case "mtllib" when words.Length > 1:
                    ReadMaterials(parts, parts.Beside(string.Join(' ', words[1..]), location), names, location);
                    break;
                case "usemtl" when words.Length > 1:
                    if (!names.TryGetValue(string.Join(' ', words[1..]), out current))
                    {
                        parts.Note("A material that the file names is not defined: the default grey was taken.");
                        current = 0;
                    }

                    break;
                case "curv" or "surf" or "l" or "p":
                    parts.Note("Lines, points and free-form surfaces are left out.");
                    break;
            }
        }
    }

    private static void ReadMaterials(SceneParts parts, string file, Dictionary<string, int> names, string location)
    {
        if (!File.Exists(file))
        {
            parts.Note($"The material file '{Path.GetFileName(file)}' is not there: the default grey was taken.");
            return;
        }

        string? name = null;
        var draft = new Draft();
        foreach ((string[] words, string line) in Lines(parts, parts.ReadFile(file, location)))
        {
            switch (words[0].ToUpperInvariant())
            {
                case "NEWMTL" when words.Length > 1:
                    Store(name);
                    name = string.Join(' ', words[1..]);
                    draft = new Draft();
                    break;
                case "KD":
                    draft.Diffuse = Colour(parts, words, line);
                    break;
                case "KS":
                    draft.Specular = Colour(parts, words, line);
                    break;
                case "KE":
                    draft.Emission = Vector3.Clamp(Vector(parts, words, line), Vector3.Zero, new Vector3(MaxEmission));
                    break;
                case "NI" when words.Length > 1:
                    draft.Index = Math.Clamp(Number(parts, words[1], line), 1, 4);
                    break;
                case "ILLUM" when words.Length > 1:
                    draft.Model = (int)Math.Clamp(Number(parts, words[1], line), 0, 10);
                    break;
                case var map when map.StartsWith("MAP_", StringComparison.Ordinal):
                    parts.Note("Textures are ignored: surfaces show their plain colour.");
                    break;
            }
        }

        Store(name);

        void Store(string? finished)
        {
            if (finished is not null)
            {
                names[finished] = parts.Add(draft.Build(), location);
            }
        }
    }

    private static IEnumerable<(string[] Words, string Location)> Lines(SceneParts parts, byte[] file)
    {
        using var reader = new StreamReader(new MemoryStream(file), new UTF8Encoding(false, throwOnInvalidBytes: false));
        string pending = "";
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            int comment = line.IndexOf('#', StringComparison.Ordinal);
            line = comment < 0 ? line : line[..comment];
            if (line.EndsWith('\\'))
            {
                pending += line[..^1] + " ";
                if (pending.Length > 1_000_000)
                {
                    throw parts.Problem($"line {number}", "a continued line is longer than a million characters");
                }

                continue;
            }

            string[] words = (pending + line).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            pending = "";
            if (words.Length > 0)
            {
                yield return (words, string.Create(CultureInfo.InvariantCulture, $"line {number}"));
            }
        }
    }

    private static int Corner(SceneParts parts, string word, int count, string location)
    {
        int slash = word.IndexOf('/', StringComparison.Ordinal);
        ReadOnlySpan<char> digits = slash < 0 ? word : word.AsSpan(0, slash);
        if (!int.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int index))
        {
            throw parts.Problem(location, $"'{Shorten(word)}' is no corner of a face; expected a whole number such as 7 or 7/1/2");
        }

        // Counted from 1, or backwards from the last when negative.
        long place = index < 0 ? (long)count + index : (long)index - 1;
        return place >= 0 && place < count ? (int)place : throw parts.Problem(location, $"a face names point {index}; there are {count} points so far");
    }

    private static Vector3 Vector(SceneParts parts, string[] words, string location) => words.Length < 4
        ? throw parts.Problem(location, $"'{words[0]}' is followed by {words.Length - 1} numbers; expected 3")
        : new Vector3(Number(parts, words[1], location), Number(parts, words[2], location), Number(parts, words[3], location));

    // One number stands for all three channels.
    private static Vector3 Colour(SceneParts parts, string[] words, string location)
    {
        Vector3 colour = words.Length == 2 ? new Vector3(Number(parts, words[1], location)) : Vector(parts, words, location);
        return Vector3.Clamp(colour, Vector3.Zero, Vector3.One);
    }

    private static float Number(SceneParts parts, string word, string location) =>
        float.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
            ? value
            : throw parts.Problem(location, $"'{Shorten(word)}' is no finite number");

    private static string Shorten(string word) => word.Length <= 40 ? word : word[..40] + "…";

    private sealed class Draft
    {
        public Vector3 Diffuse { get; set; } = new(0.7f);

        public Vector3 Specular { get; set; }

        public Vector3 Emission { get; set; }

        public float Index { get; set; } = 1.5f;

        public int Model { get; set; } = 2;

        // Illumination models 4, 6, 7 and 9 are glass, 3, 5 and 8 a mirror where the specular colour is strong.
        public Material Build() => Model switch
        {
            4 or 6 or 7 or 9 => new Material(MaterialKind.Glass, Vector3.One, Emission, true, Math.Max(1.01f, Index)),
            3 or 5 or 8 when Specular.X + Specular.Y + Specular.Z > 1.5f => new Material(MaterialKind.Mirror, Specular, Emission, true),
            _ => new Material(MaterialKind.Diffuse, Diffuse, Emission, true),
        };
    }
}
