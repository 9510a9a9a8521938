using System.Buffers.Text;
using System.Text;

namespace Vouch.Optimizer.Scenes;

/// <summary>Streams a Wavefront OBJ file and the headers of its material libraries.</summary>
/// <remarks>Source: Wavefront Technologies, <i>Advanced Visualizer Manual</i>, appendix B1 (object files).</remarks>
internal sealed class ObjReader
{
    private const int LinesBetweenCancellationChecks = 4096;

    private readonly SceneFile _scene;
    private readonly HashSet<string> _materials = new(StringComparer.Ordinal);
    private bool _hasTooManyMaterials;
    private readonly List<(string Names, long Line)> _libraries = [];
    private byte[] _lastMaterial = [];
    private long _lines;
    private long _vertices;
    private long _normals;
    private long _textureCoordinates;
    private long _faces;
    private long _triangles;
    private long _maxCorners;
    private long _objects;
    private long _groups;
    private long _largestIndex;
    private long _largestIndexLine;

    // A face that goes on in the next line: its corners so far, or -1.
    private long _openCorners = -1;
    private bool _skipsContinuation;

    private ObjReader(SceneFile scene) => _scene = scene;

    public static SceneStatistics? Read(SceneFile scene)
    {
        var reader = new ObjReader(scene);
        using (var lines = new LineReader(scene.Bytes, scene.Options.MaxLineBytes))
        {
            while (lines.TryRead(out ReadOnlySpan<byte> line))
            {
                reader.Line(line, lines.Line);
            }

            reader._lines = lines.Line;
            if (lines.IsTooLong)
            {
                scene.Problems.Error(SceneProblemKind.LimitExceeded, $"line {lines.Line + 1}", $"The line is longer than the {scene.Options.MaxLineBytes} bytes that MaxLineBytes allows; reading ended there.");
            }
        }

        return reader.Finish();
    }

    private static bool IsSpace(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r';

    private void Line(ReadOnlySpan<byte> line, long number)
    {
        if (number % LinesBetweenCancellationChecks == 0)
        {
            _scene.Cancellation.ThrowIfCancellationRequested();
        }

        int start = 0;
        while (start < line.Length && IsSpace(line[start]))
        {
            start++;
        }

        if (_openCorners >= 0)
        {
            Corners(line[start..], number);
            return;
        }

        line = line[start..];
        if (_skipsContinuation || line.Length < 2)
        {
            _skipsContinuation = _skipsContinuation && Continues(line);
            if (line.Length == 1 && line[0] == (byte)'f')
            {
                BeginFace([], number);
            }
            else if (line.Length == 1 && line[0] is (byte)'o' or (byte)'g')
            {
                Named(line[0]);
            }

            return;
        }

        byte second = line[1];
        switch (line[0])
        {
            case (byte)'v':
                if (IsSpace(second))
                {
                    _vertices++;
                }
                else if (second == (byte)'n')
                {
                    _normals++;
                }
                else if (second == (byte)'t')
                {
                    _textureCoordinates++;
                }

                break;
            case (byte)'f' when IsSpace(second):
                BeginFace(line[2..], number);
                return;
            case (byte)'o' or (byte)'g' when IsSpace(second):
                Named(line[0]);
                break;
            case (byte)'u' when line.StartsWith("usemtl"u8) && line.Length > 6 && IsSpace(line[6]):
                Use(line[7..].Trim(" \t\r"u8), number);
                break;
            case (byte)'m' when line.StartsWith("mtllib"u8) && line.Length > 6 && IsSpace(line[6]):
                Library(line[7..].Trim(" \t\r"u8), number);
                break;
        }

        // A vertex or comment line that goes on is none of our concern, but its second line must not be taken for a statement.
        _skipsContinuation = line[^1] is (byte)'\\' or (byte)'\r' && Continues(line);
    }

    private static bool Continues(ReadOnlySpan<byte> line)
    {
        ReadOnlySpan<byte> trimmed = line.TrimEnd(" \t\r"u8);
        return !trimmed.IsEmpty && trimmed[^1] == (byte)'\\' && line[0] != (byte)'#';
    }

    private void Named(byte kind)
    {
        if (kind == (byte)'o')
        {
            _objects++;
        }
        else
        {
            _groups++;
        }
    }

    private void BeginFace(ReadOnlySpan<byte> corners, long number)
    {
        _openCorners = 0;
        Corners(corners, number);
    }

    private void Corners(ReadOnlySpan<byte> text, long number)
    {
        int i = 0;
        while (true)
        {
            while (i < text.Length && IsSpace(text[i]))
            {
                i++;
            }

            if (i == text.Length || text[i] == (byte)'#')
            {
                break;
            }

            if (text[i] == (byte)'\\' && text[(i + 1)..].Trim(" \t\r"u8).IsEmpty)
            {
                return;     // goes on in the next line
            }

            int first = i;
            while (i < text.Length && !IsSpace(text[i]))
            {
                i++;
            }

            Corner(text[first..i], number);
            _openCorners++;
        }

        EndFace(number);
    }

    private void EndFace(long number)
    {
        long corners = _openCorners;
        _openCorners = -1;
        if (corners < 3)
        {
            _scene.Problems.Error(SceneProblemKind.Schema, $"line {number}", $"A face has three corners or more; this one has {corners}.");
            return;
        }

        _faces++;
        _triangles += corners - 2;
        _maxCorners = Math.Max(_maxCorners, corners);
    }

    private void Corner(ReadOnlySpan<byte> corner, long number)
    {
        if (!Utf8Parser.TryParse(corner, out long index, out int consumed) || (consumed < corner.Length && corner[consumed] != (byte)'/') || index == 0)
        {
            Report("A corner reads v, v/t, v/t/n or v//n with indices from 1, or negative ones.");
        }
        else if (index > _largestIndex)
        {
            // Vertices may follow later; the largest index is compared with their number at the end.
            _largestIndex = index;
            _largestIndexLine = number;
        }
        else if (index < -_vertices)
        {
            Report($"Vertex {index} lies before the first of the {_vertices} so far.");
        }

        void Report(string message) => _scene.Problems.Error(SceneProblemKind.Schema, $"line {number}", message);
    }

    private void Use(ReadOnlySpan<byte> name, long number)
    {
        if (name.SequenceEqual(_lastMaterial))
        {
            return;
        }

        if (_materials.Count >= _scene.Options.MaxMaterialNames)
        {
            if (!_hasTooManyMaterials)
            {
                _hasTooManyMaterials = true;
                _scene.Problems.Error(SceneProblemKind.LimitExceeded, $"line {number}", $"The file uses more than the {_scene.Options.MaxMaterialNames} materials that MaxMaterialNames allows; further ones are not counted.");
            }

            return;
        }

        _lastMaterial = name.ToArray();

        _materials.Add(Encoding.UTF8.GetString(name));
    }

    private void Library(ReadOnlySpan<byte> names, long number)
    {
        if (_libraries.Count < _scene.Options.MaxResources && names.Length is > 0 and <= 4096)
        {
            _libraries.Add((Encoding.UTF8.GetString(names), number));
        }
        else
        {
            _scene.Problems.Error(SceneProblemKind.LimitExceeded, $"line {number}", "There are more or longer names of material libraries than MaxResources allows, or an empty one.");
        }
    }

    private SceneStatistics Finish()
    {
        ProblemLog problems = _scene.Problems;
        if (_openCorners >= 0)
        {
            EndFace(_lines);
        }

        if (_vertices == 0)
        {
            problems.Error(SceneProblemKind.Schema, "line 1", "The file holds no vertex.");
        }
        else if (_faces == 0)
        {
            problems.Warning(SceneProblemKind.Schema, "line 1", "The file holds no face.");
        }

        if (_largestIndex > _vertices)
        {
            problems.Error(SceneProblemKind.DanglingReference, $"line {_largestIndexLine}", $"There is no vertex {_largestIndex}; the file has {_vertices}.");
        }

        long defined = 0;
        foreach ((string names, long line) in _libraries)
        {
            // The names are separated by white space, and yet many writers leave white space in a single name.
            foreach (string name in _scene.Folder.Holds(names) ? [names] : names.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            {
                defined += MaterialLibrary.Read(_scene, name, $"line {line}");
            }
        }

        return new SceneStatistics
        {
            Format = SceneFormat.Obj,
            FileBytes = _scene.Bytes.Length,
            UniqueTriangles = _triangles,
            SceneTriangles = _triangles,
            Vertices = _vertices,
            Materials = _materials.Count,
            MissingResources = _scene.Folder.Missing,
            Obj = new ObjStatistics
            {
                Lines = _lines,
                Faces = _faces,
                MaxFaceVertices = _maxCorners,
                Normals = _normals,
                TextureCoordinates = _textureCoordinates,
                Objects = _objects,
                Groups = _groups,
                DefinedMaterials = defined,
            },
        };
    }
}
