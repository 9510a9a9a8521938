using Vouch.Caching.Persistence;

namespace Vouch.Caching.Tests.Persistence;

/// <summary>A folder for one test's cache, gone with the test.</summary>
internal sealed class CacheFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("vouch-cache-").FullName;

    public string[] Segments => [.. Directory.GetFiles(Path, "*.seg").Order(StringComparer.Ordinal)];

    public string[] Summaries => [.. Directory.GetFiles(Path, "*.sum").Order(StringComparer.Ordinal)];

    public PersistentCacheOptions Options(long maxBytes = 16 << 20, int segmentBytes = 128 << 10) => new() { Folder = Path, MaxBytes = maxBytes, SegmentBytes = segmentBytes };

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
