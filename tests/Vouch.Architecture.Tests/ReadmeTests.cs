using System.Reflection;

namespace Vouch.Architecture.Tests;

/// <summary>READMEs and pages show code that compiles and runs.</summary>
public sealed class ReadmeTests
{
    private static readonly TimeSpan LongestExample = TimeSpan.FromSeconds(30);

    public static TheoryData<string> Names => Package.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Readme_FirstProgram_IsTheExample(string name)
    {
        var package = new Package(name);
        string readme = Path.Combine(package.Folder, "README.md");
        File.Exists(readme).Should().BeTrue($"{name} has a README");
        string example = $"samples/PackageExamples/{package.ShortName}Example.cs";

        QuotedCode.Sample($"{example}#readme").Should().NotBeNull($"{example} has a region named readme");
        QuotedCode.Blocks(File.ReadAllText(readme)).Select(block => block.Code).FirstOrDefault()
            .Should().Be(QuotedCode.Sample($"{example}#readme"), $"the first C# block of {name}'s README quotes {example}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Example_Runs(string name)
    {
        var package = new Package(name);
        Type example = Assembly.Load("PackageExamples").GetTypes().SingleOrDefault(type => type.Name == package.ShortName + "Example")
            ?? throw new InvalidOperationException($"samples/PackageExamples has no type {package.ShortName}Example.");
        MethodInfo method = example.GetMethod("RunAsync", BindingFlags.Public | BindingFlags.Static) ?? example.GetMethod("Run", BindingFlags.Public | BindingFlags.Static)
            ?? throw new InvalidOperationException($"{example.Name} has no public static Run() or RunAsync().");

        Func<Task> run = async () =>
        {
            object? result = method.Invoke(null, new object?[method.GetParameters().Length]);
            await (result switch
            {
                Task task => task,
                ValueTask task => task.AsTask(),
                _ => Task.CompletedTask,
            }).WaitAsync(LongestExample);
        };

        await run.Should().NotThrowAsync();
    }

    [Fact]
    public void Pages_EveryProgram_IsQuotedFromASample()
    {
        IEnumerable<string> pages = Directory.EnumerateFiles(Package.Root, "*.md")
            .Concat(Directory.Exists(Path.Combine(Package.Root, "docs")) ? Directory.EnumerateFiles(Path.Combine(Package.Root, "docs"), "*.md", SearchOption.AllDirectories) : []);
        var violations = new List<string>();
        foreach (string page in pages)
        {
            violations.AddRange(Violations(page, QuotedCode.Blocks(File.ReadAllText(page))));
        }

        violations.Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Readme_FurtherPrograms_AreQuotedFromASample(string name)
    {
        string readme = Path.Combine(new Package(name).Folder, "README.md");

        Violations(readme, QuotedCode.Blocks(File.ReadAllText(readme)).Skip(1)).Should().BeEmpty();
    }

    private static IEnumerable<string> Violations(string page, IEnumerable<(string Code, string? Sample, int Line)> blocks)
    {
        foreach ((string code, string? sample, int line) in blocks)
        {
            string place = $"{Path.GetRelativePath(Package.Root, page)}({line})";
            if (sample is null)
            {
                yield return $"{place}: name the quoted sample in the line before, such as <!-- example: samples/PackageExamples/CoreExample.cs#readme -->";
            }
            else if (QuotedCode.Sample(sample) is not { } quoted)
            {
                yield return $"{place}: {sample} does not exist";
            }
            else if (quoted != code)
            {
                yield return $"{place}: differs from {sample}";
            }
        }
    }
}
