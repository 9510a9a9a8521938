using System.Text.RegularExpressions;

namespace Vouch.Architecture.Tests;

/// <summary>
/// Code in documents is quoted from samples that compile. A block names what it quotes in the comment before it,
/// <c>&lt;!-- example: samples/PackageExamples/CoreExample.cs#readme --&gt;</c>: the file and the <c>#region</c> in it.
/// </summary>
internal static partial class QuotedCode
{
    /// <summary>The C# blocks of a Markdown text in order, each with the sample it names, or null where it names none.</summary>
    public static IReadOnlyList<(string Code, string? Sample, int Line)> Blocks(string markdown)
    {
        string[] lines = Normalize(markdown).Split('\n');
        var blocks = new List<(string, string?, int)>();
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i].TrimEnd() is not ("```csharp" or "```cs" or "```c#"))
            {
                continue;
            }

            int end = Array.FindIndex(lines, i + 1, line => line.TrimEnd() == "```");
            end = end < 0 ? lines.Length : end;
            string? before = lines.Take(i).LastOrDefault(line => line.Trim().Length > 0);
            Match sample = SampleComment().Match(before ?? string.Empty);
            blocks.Add((string.Join('\n', lines[(i + 1)..end]).Trim('\n'), sample.Success ? sample.Groups["sample"].Value : null, i + 1));
            i = end;
        }

        return blocks;
    }

    /// <summary>The text of a region, without its indentation; null where the file has no such region.</summary>
    public static string? Region(string source, string name)
    {
        string[] lines = Normalize(source).Split('\n');
        int start = Array.FindIndex(lines, line => line.Trim() == $"#region {name}");
        if (start < 0)
        {
            return null;
        }

        int end = Array.FindIndex(lines, start, line => line.Trim().StartsWith("#endregion", StringComparison.Ordinal));
        string[] body = lines[(start + 1)..end];
        int indent = body.Where(line => line.Trim().Length > 0).Select(line => line.Length - line.TrimStart().Length).DefaultIfEmpty(0).Min();
        return string.Join('\n', body.Select(line => line.Length >= indent ? line[indent..].TrimEnd() : string.Empty)).Trim('\n');
    }

    /// <summary>The text that <c>path#region</c> names, or null where there is none.</summary>
    public static string? Sample(string reference)
    {
        string[] parts = reference.Split('#');
        string path = Path.Combine(Package.Root, parts[0]);
        return parts.Length == 2 && File.Exists(path) ? Region(File.ReadAllText(path), parts[1]) : null;
    }

    private static string Normalize(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal);

    [GeneratedRegex(@"<!--\s*example:\s*(?<sample>\S+#\S+)\s*-->", RegexOptions.CultureInvariant)]
    private static partial Regex SampleComment();
}
