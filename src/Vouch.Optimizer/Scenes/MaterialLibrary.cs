using System.Text;

namespace Vouch.Optimizer.Scenes;

/// <summary>Counts the materials of an MTL file and looks whether their textures are there.</summary>
internal static class MaterialLibrary
{
    private const int MaxNameBytes = 4096;

    /// <summary>The number of materials that a library defines; 0, with the problem reported, where it is not there.</summary>
    public static long Read(SceneFile scene, string name, string location)
    {
        if (scene.Folder.Open(name, isUri: false, isVital: false, isOwn: true, location) is not { } bytes)
        {
            return 0;
        }

        if (bytes.Length > scene.Options.MaxFileBytes)
        {
            scene.Problems.Error(SceneProblemKind.LimitExceeded, location, $"'{name}' has {bytes.Length} bytes, more than the {scene.Options.MaxFileBytes} that MaxFileBytes allows.");
            return 0;
        }

        long materials = 0;
        using var lines = new LineReader(bytes, scene.Options.MaxLineBytes);
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            scene.Cancellation.ThrowIfCancellationRequested();
            line = line.Trim(" \t\r"u8);
            if (line.StartsWith("newmtl"u8))
            {
                materials++;
            }
            else if ((line.StartsWith("map_"u8) || line.StartsWith("bump "u8) || line.StartsWith("disp "u8) || line.StartsWith("decal "u8)) && line.Length <= MaxNameBytes)
            {
                LookFor(scene, line, $"'{name}' line {lines.Line}");
            }
        }

        return materials;
    }

    private static void LookFor(SceneFile scene, ReadOnlySpan<byte> statement, string location)
    {
        int space = statement.IndexOfAny((byte)' ', (byte)'\t');
        if (space < 0)
        {
            return;
        }

        // Options such as -bm 0.5 stand before the name; without them the name may hold white space.
        string rest = Encoding.UTF8.GetString(statement[space..].Trim(" \t"u8));
        string texture = rest.StartsWith('-') ? rest[(rest.LastIndexOfAny([' ', '\t']) + 1)..] : rest;
        scene.Folder.Open(texture, isUri: false, isVital: false, isOwn: false, location);
    }
}
