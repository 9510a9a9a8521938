using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vouch.Architecture.Tests;

/// <summary>Someone who reads only folder and file names should be able to say what a package can do.</summary>
public sealed partial class SourceLayoutTests
{
    private const int MaxLines = 400;

    public static TheoryData<string> Names => Package.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Sources_HaveOnePublicTypePerFile_NamedLikeTheFile(string name)
    {
        var violations = new List<string>();
        foreach (string file in new Package(name).Sources)
        {
            string source = File.ReadAllText(file);
            string[] types = [.. TopLevelType().Matches(source).Where(match => match.Groups["public"].Success).Select(match => match.Groups["name"].Value).Distinct()];
            string fileName = Path.GetFileName(file);
            if (types.Length > 1)
            {
                violations.Add($"{fileName} holds {string.Join(", ", types)}");
            }

            violations.AddRange(types.Where(type => !fileName.StartsWith(type + ".", StringComparison.Ordinal) && !fileName.StartsWith(type + "{", StringComparison.Ordinal))
                .Select(type => $"{fileName} holds {type}"));
        }

        violations.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sources_HaveTheNamespaceOfTheirFolder(string name)
    {
        var package = new Package(name);
        var violations = new List<string>();
        foreach (string file in package.Sources)
        {
            string relative = Path.GetRelativePath(package.Folder, Path.GetDirectoryName(file)!);
            bool isRoot = relative == ".";
            string expected = isRoot ? name : $"{name}.{relative.Replace(Path.DirectorySeparatorChar, '.')}";
            Match found = FileScopedNamespace().Match(File.ReadAllText(file));

            // Registration stands in namespace Vouch, so that one `using` finds every package's.
            bool allowed = found.Success ? found.Groups["name"].Value == expected || (isRoot && found.Groups["name"].Value == "Vouch") : Path.GetFileName(file) == "AssemblyInfo.cs";
            if (!allowed)
            {
                violations.Add($"{Path.GetRelativePath(package.Folder, file)}: expected namespace {expected}, found {(found.Success ? found.Groups["name"].Value : "no file-scoped namespace")}");
            }
        }

        violations.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_SayWhatAThingIs(string name)
    {
        var package = new Package(name);
        IEnumerable<string> names = package.Assembly.GetTypes()
            .Where(type => !type.Name.Contains('<', StringComparison.Ordinal) && type.Namespace?.StartsWith("Vouch", StringComparison.Ordinal) == true)
            .SelectMany(type => (string[])[type.Name, type.Namespace!])
            .Concat(package.Sources.Select(file => Path.GetRelativePath(package.Folder, file)));

        names.Distinct().Where(text => MeaninglessName().IsMatch(text)).Should().BeEmpty("Helper, Manager and Util say nothing about what a type is for");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Folders_AreNotNamedLikeATypeWithin(string name)
    {
        var package = new Package(name);

        package.Assembly.GetExportedTypes().Where(type => !type.IsNested && type.Namespace is { } space && space.Split('.')[^1] == type.Name.Split('`')[0])
            .Should().BeEmpty("a type that shares its namespace's name cannot be named without trouble");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sources_AreShort(string name)
    {
        var package = new Package(name);

        package.Sources.Select(file => (File: Path.GetRelativePath(package.Folder, file), Lines: File.ReadLines(file).Count())).Where(entry => entry.Lines > MaxLines)
            .Should().BeEmpty($"a file has at most {MaxLines} lines: split it by concern");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void PublicTypes_AreDocumented(string name)
    {
        var package = new Package(name);
        string documentation = Path.ChangeExtension(package.AssemblyPath, ".xml");
        File.Exists(documentation).Should().BeTrue($"{name} ships its XML documentation");
        Dictionary<string, XElement> members = XDocument.Load(documentation).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!);

        package.Assembly.GetExportedTypes()
            .Where(type => !members.TryGetValue("T:" + type.FullName!.Replace('+', '.'), out XElement? member)
                || (string.IsNullOrWhiteSpace(member.Element("summary")?.Value) && member.Element("inheritdoc") is null))
            .Should().BeEmpty();
    }

    [GeneratedRegex(@"^(?<public>public )?(?:(?:internal|static|sealed|abstract|partial|readonly|ref|unsafe|file) )*(?:class|struct|interface|enum|record struct|record class|record|delegate [^(]*?) ?(?<name>[A-Z]\w*)", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex TopLevelType();

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex FileScopedNamespace();

    [GeneratedRegex(@"(Helper|Manager|Util)(s|ity|ities)?(?![a-z])", RegexOptions.CultureInvariant)]
    private static partial Regex MeaninglessName();
}
