using System.Buffers.Binary;
using System.Text;
using Vouch.Optimizer.Scenes;

namespace Vouch.Optimizer.Tests.Scenes;

/// <summary>A temporary folder with hand-written scene files.</summary>
internal sealed class SceneFolder : IDisposable
{
    public SceneFolder() => Root = Directory.CreateTempSubdirectory("vouch-scene-").FullName;

    public string Root { get; }

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(Root, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public SceneAnalysis Analyze(string name, string text, SceneAnalysisOptions? options = null) => new SceneAnalyzer(options).Analyze(Write(name, text));

    public SceneAnalysis Analyze(string name, byte[] bytes, SceneAnalysisOptions? options = null) => new SceneAnalyzer(options).Analyze(Write(name, bytes));

    public void Dispose() => Directory.Delete(Root, recursive: true);

    /// <summary>The first bytes of a PNG of the given size: all that an analysis may look at.</summary>
    public static byte[] PngHeader(uint width, uint height)
    {
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0];
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(20), height);
        return png;
    }

    /// <summary>A GLB container around a JSON text and a binary chunk.</summary>
    public static byte[] Glb(string json, byte[] binary)
    {
        byte[] text = Encoding.UTF8.GetBytes(json.PadRight((Encoding.UTF8.GetByteCount(json) + 3) / 4 * 4));
        byte[] padded = new byte[(binary.Length + 3) / 4 * 4];
        binary.CopyTo(padded, 0);
        byte[] glb = new byte[12 + 8 + text.Length + 8 + padded.Length];
        "glTF"u8.CopyTo(glb);
        Put(4, 2);
        Put(8, glb.Length);
        Put(12, text.Length);
        "JSON"u8.CopyTo(glb.AsSpan(16));
        text.CopyTo(glb, 20);
        Put(20 + text.Length, padded.Length);
        "BIN\0"u8.CopyTo(glb.AsSpan(24 + text.Length));
        padded.CopyTo(glb, 28 + text.Length);
        return glb;

        void Put(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(glb.AsSpan(offset), value);
    }
}
