using System.Buffers;
using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Diagnostics;

namespace Vouch.Optimizer.Scenes;

/// <summary>Counts what a scene file holds, without decoding geometry or pixels, and finds what is wrong with it.</summary>
/// <remarks>
/// <para>Formats are told by content first, by name second: glTF 2.0, GLB, OBJ, PLY and Tungsten scenes. Whatever a file holds, the analysis ends with a typed
/// result: it does not crash, does not run longer than linear in the file's size, and takes no more memory than <see cref="SceneAnalysisOptions"/> says. Only the
/// scene's own folder is read; names that lead out of it, by path, link or network, are reported and never opened.</para>
/// <para>Safe to share between threads.</para>
/// </remarks>
public sealed class SceneAnalyzer
{
    private readonly SceneAnalysisOptions _options;
    private readonly TimeProvider _time;
    private readonly OptimizerMetrics? _metrics;

    /// <summary>Initializes an analyzer.</summary>
    /// <param name="options">The limits, or null for the defaults.</param>
    public SceneAnalyzer(SceneAnalysisOptions? options = null)
        : this(options, TimeProvider.System, null)
    {
    }

    internal SceneAnalyzer(SceneAnalysisOptions? options, TimeProvider time, OptimizerMetrics? metrics)
    {
        _options = options ?? new SceneAnalysisOptions();
        _time = time;
        _metrics = metrics;
    }

    /// <summary>Analyses a scene file.</summary>
    /// <param name="path">The path of the scene file.</param>
    /// <param name="cancellationToken">Stops the analysis.</param>
    /// <returns>The analysis. Whatever is wrong inside the file is a <see cref="SceneProblem"/> in it, not an exception.</returns>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null, empty or blank.</exception>
    /// <exception cref="SceneAnalysisException">There is no such file, or the system does not let it be opened or read.</exception>
    /// <exception cref="OperationCanceledException">The analysis was cancelled.</exception>
    public SceneAnalysis Analyze(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        cancellationToken.ThrowIfCancellationRequested();
        using Activity? activity = OptimizerTelemetry.Source.StartActivity("analyze scene");
        long started = _time.GetTimestamp();
        try
        {
            SceneAnalysis analysis = AnalyzeFile(path, cancellationToken);
            activity?.SetTag(OptimizerTelemetry.FormatTag, analysis.Format.ToString());
            activity?.SetTag(OptimizerTelemetry.UsableTag, analysis.IsUsable);
            _metrics?.RecordScene(analysis.Format, analysis.IsUsable, _time.GetElapsedTime(started).TotalSeconds);
            return analysis;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            activity?.SetStatus(ActivityStatusCode.Error).SetTag("error.type", exception.GetType().FullName);
            throw new SceneAnalysisException($"The scene '{path}' cannot be read: {exception.Message}", exception) { ScenePath = path };
        }
    }

    /// <summary>Analyses a scene file on the thread pool.</summary>
    /// <inheritdoc cref="Analyze" path="/param|/returns|/exception"/>
    public Task<SceneAnalysis> AnalyzeAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return Task.Run(() => Analyze(path, cancellationToken), cancellationToken);
    }

    private SceneAnalysis AnalyzeFile(string path, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            throw Directory.Exists(path) ? new IOException("It is a folder, not a file.") : new FileNotFoundException("There is no such file.");
        }

        var problems = new ProblemLog(_options.MaxProblems);

        // Pipes and devices have no length and are never opened, for that could block.
        long length = file.LinkTarget is null ? file.Length : ((FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!).Length;
        if (length == 0)
        {
            problems.Error(SceneProblemKind.Empty, "byte 0", "The file is empty.");
            return Result(path, SceneFormat.Unknown, null, problems);
        }

        if (length > _options.MaxFileBytes)
        {
            problems.Error(SceneProblemKind.LimitExceeded, "byte 0", $"The file has {length} bytes, more than the {_options.MaxFileBytes} that MaxFileBytes allows.");
            return Result(path, SceneFormat.Unknown, null, problems);
        }

        using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var folder = new ResourceFolder(path, _options.MaxResources, problems);
        ByteRange bytes = ByteRange.OfFile(handle, length);
        SceneFormat format = Detect(bytes, path);
        var scene = new SceneFile(bytes, folder, problems, _options, cancellationToken);
        SceneStatistics? statistics = format switch
        {
            SceneFormat.Glb => GlbReader.Read(scene),
            SceneFormat.Gltf or SceneFormat.Tungsten => ReadJson(scene, ref format),
            SceneFormat.Obj => ObjReader.Read(scene),
            SceneFormat.Ply => PlyReader.Read(scene),
            _ => null,
        };

        if (format == SceneFormat.Unknown)
        {
            problems.Error(SceneProblemKind.UnsupportedFormat, "byte 0", "The content is none of glTF 2.0, GLB, OBJ, PLY or a Tungsten scene.");
        }

        return Result(path, format, statistics, problems);
    }

    private static SceneStatistics? ReadJson(SceneFile scene, ref SceneFormat format)
    {
        if (scene.Bytes.Length > scene.Options.MaxJsonBytes)
        {
            scene.Problems.Error(SceneProblemKind.LimitExceeded, "byte 0", $"The JSON document has {scene.Bytes.Length} bytes, more than the {scene.Options.MaxJsonBytes} that MaxJsonBytes allows.");
            return null;
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent((int)scene.Bytes.Length);
        try
        {
            int count = scene.Bytes.Read(0, rented.AsSpan(0, (int)scene.Bytes.Length));
            ReadOnlyMemory<byte> json = rented.AsMemory(0, count);
            if (json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]))
            {
                json = json[3..];
            }

            if (format == SceneFormat.Tungsten)
            {
                format = TungstenReader.Recognize(json, scene.Options.MaxJsonDepth);
            }

            return format switch
            {
                SceneFormat.Gltf => GltfReader.Read(scene, json, SceneFormat.Gltf, scene.Bytes.Length, binary: null),
                SceneFormat.Tungsten => TungstenReader.Read(scene, json),
                _ => null,
            };
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static SceneFormat Detect(ByteRange bytes, string path)
    {
        Span<byte> head = stackalloc byte[64];
        ReadOnlySpan<byte> start = head[..bytes.Read(0, head)];
        if (start.StartsWith("glTF"u8))
        {
            return SceneFormat.Glb;
        }

        if (start.StartsWith("ply\n"u8) || start.StartsWith("ply\r"u8))
        {
            return SceneFormat.Ply;
        }

        string extension = Path.GetExtension(path);
        if (extension.Equals(".obj", StringComparison.OrdinalIgnoreCase))
        {
            return SceneFormat.Obj;
        }

        if (extension.Equals(".gltf", StringComparison.OrdinalIgnoreCase))
        {
            return SceneFormat.Gltf;
        }

        if (extension.Equals(".glb", StringComparison.OrdinalIgnoreCase))
        {
            return SceneFormat.Glb;
        }

        if (extension.Equals(".ply", StringComparison.OrdinalIgnoreCase))
        {
            return SceneFormat.Ply;
        }

        // JSON under another name: its keys decide between the two formats.
        ReadOnlySpan<byte> text = start.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? start[3..] : start;
        return text.TrimStart(" \t\r\n"u8).StartsWith("{"u8) ? SceneFormat.Tungsten : SceneFormat.Unknown;
    }

    private static SceneAnalysis Result(string path, SceneFormat format, SceneStatistics? statistics, ProblemLog problems) => new()
    {
        Path = path,
        Format = format,
        Statistics = statistics,
        Problems = problems.Problems,
        UnlistedProblems = problems.Unlisted,
        HasErrors = problems.HasErrors,
    };
}
