using System.Xml.Linq;

namespace Vouch.Architecture.Tests;

/// <summary>A package references only floors below its own. Floors and rule stand in <c>docs/architecture.md</c>.</summary>
/// <remarks>
/// A satellite, <c>Vouch.Package.Backend</c>, carries an outside dependency that not every user of the package wants. It stands beside its package: it may
/// reference that one and what that one may, and no package references it.
/// </remarks>
public sealed class FloorRuleTests
{
    /// <summary>Not a floor: test tools, which may use Core and which no package may use.</summary>
    private const int Tooling = -1;

    private static readonly Dictionary<string, int> Floors = new(StringComparer.Ordinal)
    {
        ["Vouch.Core"] = 0,
        ["Vouch.Statistics"] = 0,
        ["Vouch.Optimizer"] = 1,
        ["Vouch.TrustEngine"] = 1,
        ["Vouch.Economy"] = 1,
        ["Vouch.Resilience"] = 1,
        ["Vouch.Caching"] = 1,
        ["Vouch.AnomalyDetection"] = 1,
        ["Vouch.Observability"] = 1,
        ["Vouch.Security"] = 1,
        ["Vouch.Execution"] = 2,
        ["Vouch.AspNetCore"] = 3,
        ["Vouch.Distributed"] = 3,
        ["Vouch.Testing"] = Tooling,
    };

    public static TheoryData<string> Names => Package.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_StandsOnAFloor(string name) =>
        Floors.Should().ContainKey(Owner(name) ?? name, "a new package must be given its floor in FloorRuleTests and in docs/architecture.md");

    [Theory]
    [MemberData(nameof(Names))]
    public void Assembly_ReferencesOnlyFloorsBelow(string name)
    {
        var package = new Package(name);

        IEnumerable<string> references = package.Assembly.GetReferencedAssemblies().Select(reference => reference.Name!).Where(IsOurs);

        Violations(name, references).Should().BeEmpty();
    }

    // The compiler drops a reference that no code uses, but the package would still depend on it.
    [Theory]
    [MemberData(nameof(Names))]
    public void Project_ReferencesOnlyFloorsBelow(string name)
    {
        var project = XDocument.Load(Path.Combine(Package.Root, "src", name, name + ".csproj"));

        IEnumerable<string> references = project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension((string)reference.Attribute("Include")!))
            .Concat(project.Descendants("PackageReference").Select(reference => (string)reference.Attribute("Include")!).Where(IsOurs));

        Violations(name, references).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Vouch.Economy", "Vouch.Core")]
    [InlineData("Vouch.Execution", "Vouch.Economy")]
    [InlineData("Vouch.Testing", "Vouch.Core")]
    [InlineData("Vouch.TrustEngine.Sqlite", "Vouch.TrustEngine")]
    [InlineData("Vouch.TrustEngine.Sqlite", "Vouch.Core")]
    public void Rule_AllowedReference_IsNoViolation(string from, string to) => Violations(from, [to]).Should().BeEmpty();

    [Theory]
    [InlineData("Vouch.Core", "Vouch.Statistics")]
    [InlineData("Vouch.Economy", "Vouch.Resilience")]
    [InlineData("Vouch.Economy", "Vouch.Execution")]
    [InlineData("Vouch.Execution", "Vouch.Testing")]
    [InlineData("Vouch.Testing", "Vouch.Statistics")]
    [InlineData("Vouch.Economy", "Vouch.Unknown")]
    [InlineData("Vouch.TrustEngine.Sqlite", "Vouch.Economy")]
    [InlineData("Vouch.TrustEngine.Sqlite", "Vouch.Execution")]
    [InlineData("Vouch.TrustEngine", "Vouch.TrustEngine.Sqlite")]
    [InlineData("Vouch.Execution", "Vouch.TrustEngine.Sqlite")]
    [InlineData("Vouch.TrustEngine.Sqlite", "Vouch.TrustEngine.Other")]
    public void Rule_ForbiddenReference_IsAViolation(string from, string to) => Violations(from, [to]).Should().ContainSingle();

    private static bool IsOurs(string reference) => reference.StartsWith("Vouch.", StringComparison.Ordinal);

    /// <summary>The package that a satellite belongs to; null for a package of its own.</summary>
    private static string? Owner(string name) =>
        name.LastIndexOf('.') is var dot && dot > "Vouch.".Length && Floors.ContainsKey(name[..dot]) ? name[..dot] : null;

    private static IEnumerable<string> Violations(string name, IEnumerable<string> references)
    {
        foreach (string reference in references)
        {
            string? owner = Owner(name);
            bool allowed = reference == owner || (Floors.TryGetValue(owner ?? name, out int own) && Floors.TryGetValue(reference, out int other)
                && (own == Tooling ? reference == "Vouch.Core" : other != Tooling && other < own));
            if (!allowed)
            {
                yield return $"{name} references {reference}, which does not stand on a floor below it.";
            }
        }
    }
}
