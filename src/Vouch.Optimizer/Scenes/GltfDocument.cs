namespace Vouch.Optimizer.Scenes;

/// <summary>What a glTF document says about structure, in flat lists; indices are -1 where absent and are not yet known to be valid.</summary>
internal sealed class GltfDocument
{
    public List<Accessor> Accessors { get; } = [];

    public List<BufferView> Views { get; } = [];

    public List<Buffer> Buffers { get; } = [];

    public List<Image> Images { get; } = [];

    public List<Primitive> Primitives { get; } = [];

    /// <summary>Ranges of <see cref="Primitives"/>.</summary>
    public List<Span> Meshes { get; } = [];

    public List<Node> Nodes { get; } = [];

    /// <summary>The children of all nodes and the roots of all scenes, one after another.</summary>
    public List<int> Links { get; } = [];

    /// <summary>Ranges of <see cref="Links"/>.</summary>
    public List<Span> Scenes { get; } = [];

    public int DefaultScene { get; set; } = -1;

    public long Materials { get; set; }

    public long Blended { get; set; }

    public long DoubleSided { get; set; }

    public long Textures { get; set; }

    public long Skins { get; set; }

    public long Joints { get; set; }

    public long Animations { get; set; }

    public long Channels { get; set; }

    public long Cameras { get; set; }

    public long Lights { get; set; }

    public List<string> Extensions { get; } = [];

    public struct Accessor
    {
        public long Count;
        public long Offset;
        public int View;
        public byte Components;
        public byte ComponentBytes;
        public bool IsSparse;
    }

    public struct BufferView
    {
        public int Buffer;
        public long Offset;
        public long Length;
        public long Stride;
    }

    public struct Buffer
    {
        public ReadOnlyMemory<byte> Uri;
        public bool HasUri;
        public bool HasExtensions;
        public long Length;
    }

    public struct Image
    {
        public ReadOnlyMemory<byte> Uri;
        public bool HasUri;
        public int View;
    }

    public struct Primitive
    {
        public int Mode;
        public int Indices;
        public int Position;
        public int Targets;
    }

    public struct Node
    {
        public int Mesh;
        public Span Children;

        /// <summary>An accessor of EXT_mesh_gpu_instancing, or -1.</summary>
        public int Instances;
    }

    public readonly record struct Span(int First, int Count);
}
