namespace Vouch.TestData;

/// <summary>
/// Finds reference data that stands beside the repository and is not part of it. A test that needs it and does not find it
/// is skipped, visibly and with the reason. <c>VOUCH_DATA</c> names another place.
/// </summary>
internal static class SharedData
{
    /// <summary>The path of a file or folder below the data folder; skips the running test where it is missing.</summary>
    public static string Require(string relativePath)
    {
        string path = Path.Combine(Root, relativePath);
        Assert.SkipUnless(Path.Exists(path), $"Reference data '{relativePath}' is not on this machine (looked for it beside the repository and in VOUCH_DATA).");
        return path;
    }

    /// <summary>The rows of a CSV file without quoting, as dictionaries by column name.</summary>
    public static IEnumerable<Dictionary<string, string>> Csv(string relativePath)
    {
        string[] lines = File.ReadAllLines(Require(relativePath));
        string[] names = lines[0].Split(',');
        return lines.Skip(1).Where(line => line.Length > 0)
            .Select(line => names.Zip(line.Split(',')).ToDictionary(cell => cell.First, cell => cell.Second));
    }

    /// <summary>The root of the repository that this file was compiled from.</summary>
    public static string RepositoryRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Library.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No Library.sln above {AppContext.BaseDirectory}.");
    }

    private static string Root => Environment.GetEnvironmentVariable("VOUCH_DATA") is { Length: > 0 } named
        ? named
        : Path.Combine(RepositoryRoot(), "..", "shared", "data");
}
