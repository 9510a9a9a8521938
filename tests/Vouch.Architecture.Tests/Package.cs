using System.Reflection;
using Vouch.TestData;

namespace Vouch.Architecture.Tests;

/// <summary>A package of the suite: a folder below <c>src</c>, its project, and its built assembly.</summary>
internal sealed record Package(string Name)
{
    public static string Root { get; } = SharedData.RepositoryRoot();

    public static IReadOnlyList<Package> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(project => new Package(Path.GetFileNameWithoutExtension(project)))
            .OrderBy(package => package.Name, StringComparer.Ordinal),
    ];

    /// <summary>The names for theories; the type itself is internal.</summary>
    public static TheoryData<string> Names => [.. All.Select(package => package.Name)];

    public string Folder => Path.Combine(Root, "src", Name);

    /// <summary>What follows <c>Vouch.</c>, without dots.</summary>
    public string ShortName => Name[(Name.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace(".", "", StringComparison.Ordinal);

    public string AssemblyPath => Path.Combine(AppContext.BaseDirectory, Name + ".dll");

    public Assembly Assembly => Assembly.Load(new AssemblyName(Name));

    /// <summary>The package's own source files, build output left out.</summary>
    public IEnumerable<string> Sources => Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
        .Where(file => !Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"));
}
