namespace Vouch.Optimizer.Scenes;

/// <summary>The folder of a scene, out of which no resource is ever opened. No file is kept open: a scene may name thousands of them.</summary>
internal sealed class ResourceFolder
{
    private readonly string _root;
    private readonly int _limit;
    private readonly ProblemLog _problems;
    private readonly Dictionary<string, ByteRange?> _opened = new(StringComparer.Ordinal);
    private readonly List<string> _missing = [];
    private int _looked;

    public ResourceFolder(string scenePath, int limit, ProblemLog problems)
    {
        _root = Path.GetDirectoryName(Path.GetFullPath(scenePath)) ?? Path.GetFullPath(scenePath);
        _limit = limit;
        _problems = problems;
    }

    /// <summary>The names of resources that were asked for and are not there, in order, once each.</summary>
    public IReadOnlyList<string> Missing => _missing.AsReadOnly();

    /// <summary>Opens a resource, or reports why it is not opened and returns null. The same name is opened once.</summary>
    /// <param name="name">As written in the scene.</param>
    /// <param name="isUri">Whether it is a URI reference (percent-encoded) and not a plain path.</param>
    /// <param name="isVital">Whether the scene cannot be rendered without it.</param>
    /// <param name="isOwn">Whether the scene file itself refers to it, and not one of its resources.</param>
    /// <param name="location">Where the scene refers to it.</param>
    public ByteRange? Open(string name, bool isUri, bool isVital, bool isOwn, string location)
    {
        if (_opened.TryGetValue(name, out ByteRange? known))
        {
            return known;
        }

        if (_looked >= _limit)
        {
            if (_looked++ == _limit)
            {
                _problems.Error(SceneProblemKind.LimitExceeded, location, $"The scene refers to more than {_limit} resources; further ones were not looked at.");
            }

            return null;
        }

        _looked++;
        ByteRange? opened = TryOpen(name, isUri, isVital, isOwn, location);
        _opened.Add(name, opened);
        return opened;
    }

    /// <summary>Whether there is a file of that name within the folder.</summary>
    public bool Holds(string name) => RelativePath(name, isUri: false) is { } relative && File.Exists(Path.Combine(_root, relative));

    /// <summary>The path within the folder, or null where the name could leave it.</summary>
    internal static string? RelativePath(string name, bool isUri)
    {
        string path = isUri ? Uri.UnescapeDataString(name) : name.Replace('\\', '/');
        if (path.Length is 0 or > 1024 || path.AsSpan().IndexOfAny(':', '\\', '\0') >= 0 || path[0] == '/')
        {
            return null;        // absolute, with a scheme or drive, or on a network
        }

        var segments = new List<string>();
        foreach (string segment in path.Split('/'))
        {
            if (segment == "..")
            {
                return null;
            }

            if (segment is not ("" or "."))
            {
                segments.Add(segment);
            }
        }

        return segments.Count == 0 ? null : string.Join('/', segments);
    }

    private static string Shorten(string name) => name.Length <= 200 ? name : string.Concat(name.AsSpan(0, 200), "...");

    private ByteRange? TryOpen(string name, bool isUri, bool isVital, bool isOwn, string location)
    {
        string? relative = RelativePath(name, isUri);
        if (relative is null || LeavesByLink(relative))
        {
            _problems.Error(SceneProblemKind.ForbiddenResource, location, $"'{Shorten(name)}' does not lie in the scene's folder and was not opened.");
            return null;
        }

        try
        {
            var file = new FileInfo(Path.Combine(_root, relative));
            if (!file.Exists)
            {
                if (isOwn)
                {
                    _missing.Add(Shorten(name));
                }

                Report(SceneProblemKind.MissingResource, $"'{Shorten(name)}' is not there.");
                return null;
            }

            // A link's own length says nothing; pipes and devices have no length and are never opened, for that could block.
            long length = file.LinkTarget is null ? file.Length : ((FileInfo)file.ResolveLinkTarget(returnFinalTarget: true)!).Length;
            if (length == 0)
            {
                Report(SceneProblemKind.UnreadableResource, $"'{Shorten(name)}' is empty.");
                return null;
            }

            File.OpenHandle(file.FullName).Dispose();
            return ByteRange.OfPath(file.FullName, length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Report(SceneProblemKind.UnreadableResource, $"'{Shorten(name)}' cannot be read: {exception.Message}");
            return null;
        }

        void Report(SceneProblemKind kind, string message)
        {
            if (isVital)
            {
                _problems.Error(kind, location, message);
            }
            else
            {
                _problems.Warning(kind, location, message);
            }
        }
    }

    /// <summary>Whether a symbolic link on the way leads out of the folder.</summary>
    private bool LeavesByLink(string relative)
    {
        string path = _root;
        foreach (string segment in relative.Split('/'))
        {
            path = Path.Combine(path, segment);
            try
            {
                FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
                if (info.LinkTarget is not null
                    && info.ResolveLinkTarget(returnFinalTarget: true) is { } target
                    && !Path.GetFullPath(target.FullName).StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                {
                    return true;
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
            {
                return true;        // a loop of links, or one that cannot be followed
            }
        }

        return false;
    }
}
