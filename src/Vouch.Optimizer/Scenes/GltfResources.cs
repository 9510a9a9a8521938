using System.Text;

namespace Vouch.Optimizer.Scenes;

/// <summary>Looks at the buffers and images that a glTF document refers to: whether they are there, how large they are, and how many texels images have.</summary>
internal sealed class GltfResources(SceneFile scene, GltfDocument document, ByteRange? binary)
{
    // Beyond this a URI is no file name; a data URI may be as long as the document.
    private const int MaxNameBytes = 4096;

    private readonly ByteRange?[] _buffers = new ByteRange?[document.Buffers.Count];

    public long BufferBytes { get; private set; }

    public long ImageBytes { get; private set; }

    public long Texels { get; private set; }

    public long DataUris { get; private set; }

    public void Read()
    {
        for (int i = 0; i < _buffers.Length; i++)
        {
            scene.Cancellation.ThrowIfCancellationRequested();
            ReadBuffer(i);
        }

        CheckViews();
        for (int i = 0; i < document.Images.Count; i++)
        {
            scene.Cancellation.ThrowIfCancellationRequested();
            ReadImage(i);
        }
    }

    private void ReadBuffer(int index)
    {
        GltfDocument.Buffer buffer = document.Buffers[index];
        BufferBytes = Saturating.Add(BufferBytes, buffer.Length);
        string location = $"$.buffers[{index}]";
        if (buffer.HasUri)
        {
            _buffers[index] = Resolve(buffer.Uri, isVital: true, location + ".uri");
        }
        else if (index == 0 && binary is not null)
        {
            _buffers[index] = binary;
        }
        else if (!buffer.HasExtensions)
        {
            // Extensions such as EXT_meshopt_compression have buffers that are nowhere.
            scene.Problems.Error(SceneProblemKind.MissingResource, location, "The buffer has neither a URI nor a binary chunk.");
        }

        if (_buffers[index] is { } bytes && bytes.Length < buffer.Length)
        {
            scene.Problems.Error(SceneProblemKind.Truncated, location + ".byteLength", $"{buffer.Length} bytes are declared; {bytes.Length} are there.");
        }
    }

    private void CheckViews()
    {
        for (int i = 0; i < document.Views.Count; i++)
        {
            GltfDocument.BufferView view = document.Views[i];
            if (view.Buffer < 0 || view.Buffer >= document.Buffers.Count)
            {
                scene.Problems.Error(SceneProblemKind.DanglingReference, $"$.bufferViews[{i}].buffer", $"There is no buffer {view.Buffer}; the document has {document.Buffers.Count}.");
            }
            else if (Saturating.Add(view.Offset, view.Length) > document.Buffers[view.Buffer].Length)
            {
                scene.Problems.Error(SceneProblemKind.Truncated, $"$.bufferViews[{i}]",
                    $"It reaches to byte {Saturating.Add(view.Offset, view.Length)} of buffer {view.Buffer}, which has {document.Buffers[view.Buffer].Length}.");
            }
        }
    }

    private void ReadImage(int index)
    {
        GltfDocument.Image image = document.Images[index];
        string location = $"$.images[{index}]";
        ByteRange? bytes = null;
        if (image.HasUri)
        {
            bytes = Resolve(image.Uri, isVital: false, location + ".uri");
        }
        else if (image.View >= 0 && image.View < document.Views.Count)
        {
            GltfDocument.BufferView view = document.Views[image.View];
            ByteRange? buffer = view.Buffer >= 0 && view.Buffer < _buffers.Length ? _buffers[view.Buffer] : null;
            bytes = buffer?.Slice(Math.Min(view.Offset, buffer.Length), view.Length);
        }
        else
        {
            scene.Problems.Error(image.View < 0 ? SceneProblemKind.Schema : SceneProblemKind.DanglingReference, location, "An image has a URI or an existing buffer view.");
        }

        if (bytes is null)
        {
            return;
        }

        ImageBytes = Saturating.Add(ImageBytes, bytes.Length);
        if (ImageHeader.TryRead(bytes, scene.Options.MaxImageHeaderBytes, out long width, out long height))
        {
            Texels = Saturating.Add(Texels, width * height);
        }
        else
        {
            scene.Problems.Warning(SceneProblemKind.UnreadableResource, location, "No PNG or JPEG header with a size was found; its texels are not counted.");
        }
    }

    private ByteRange? Resolve(ReadOnlyMemory<byte> uri, bool isVital, string location)
    {
        if (uri.Span.StartsWith("data:"u8))
        {
            DataUris++;
            int comma = uri.Span.IndexOf((byte)',');
            if (comma < 0 || !uri.Span[..comma].EndsWith(";base64"u8))
            {
                scene.Problems.Error(SceneProblemKind.UnreadableResource, location, "Embedded data reads 'data:<type>;base64,<data>'.");
                return null;
            }

            return ByteRange.OfBase64(uri[(comma + 1)..]);
        }

        if (uri.Length > MaxNameBytes)
        {
            scene.Problems.Error(SceneProblemKind.ForbiddenResource, location, $"A name of {uri.Length} bytes is no file name.");
            return null;
        }

        return scene.Folder.Open(Encoding.UTF8.GetString(uri.Span), isUri: true, isVital, isOwn: true, location);
    }
}
