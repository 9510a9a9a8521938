using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Vouch.Architecture.Tests.Api;

public sealed class ApiListingTests
{
    private static readonly string[] Lines =
    [
        .. ApiListing.Of(Assembly.GetExecutingAssembly()).Where(line => line.Contains(".Sample", StringComparison.Ordinal))
            .Select(line => line["Vouch.Architecture.Tests.Api.".Length..]),
    ];

    [Fact]
    public void Of_Samples_ListsWhatIsVisibleInCSharpWords() => Lines.Where(line => !line.Contains("ToString", StringComparison.Ordinal)).Should().Equal(
        "SampleClass<T>: SampleClass()",
        "SampleClass<T>: [Obsolete(\"Use another.\")] void Old()",
        "SampleClass<T>: abstract class : IDisposable where T : class, new()",
        "SampleClass<T>: bool TryGet(string? key, [NotNullWhen(true)] out string? value)",
        "SampleClass<T>: const int Limit = 7",
        "SampleClass<T>: event EventHandler? Changed",
        "SampleClass<T>: protected SampleClass(T? value, IReadOnlyDictionary<string, List<T?>?> map, params string[] rest)",
        "SampleClass<T>: protected abstract void Dispose(bool disposing)",
        "SampleClass<T>: required string Name { get; init; }",
        "SampleClass<T>: static ref readonly int First(in int left, ref int right, double scale = 1.5, DayOfWeek day = DayOfWeek.Monday, TimeSpan wait = default)",
        "SampleClass<T>: string? this[int index] { get; protected set; }",
        "SampleClass<T>: virtual (int Count, string? Name) Pair(int? number)",
        "SampleClass<T>: void Dispose()",
        "SampleDelegate<T>: delegate ValueTask<T?>(T argument) where T : class",
        "SampleEnum: None = 0",
        "SampleEnum: Some = 4",
        "SampleEnum: [Flags] enum : byte",
        "SampleExtensions: static Dictionary<string, KeyValuePair<int?, string?>?>? Deep((string? Left, string Right)? pair, int?[]? numbers, (string, object?)?[] rest)",
        "SampleExtensions: static IEnumerable<T> Twice<T>(this IEnumerable<T> source, [CallerArgumentExpression(\"source\")] string? name = null) where T : struct",
        "SampleExtensions: static T[]? Many<T>(Dictionary<string, (T? First, List<object?>? Second)>? map, T plain, T? maybe, params ReadOnlySpan<(int Number, T Value)> pairs) where T : notnull",
        "SampleExtensions: static class",
        "SampleRecord: SampleRecord(int Number, string? Text)",
        "SampleRecord: int Number { get; init; }",
        "SampleRecord: readonly record struct",
        "SampleRecord: string? Text { get; init; }");

    [Fact]
    public void Of_TheSameAssembly_IsStable() =>
        ApiListing.Of(typeof(IVouchBuilder).Assembly).Should().Equal(ApiListing.Of(typeof(IVouchBuilder).Assembly)).And.BeInAscendingOrder(StringComparer.Ordinal);
}

// Samples of everything the listing must print, bad style included: only their signatures matter.
#pragma warning disable CA1000, IDE0044, CA1024, CA1051, CA1070, CA1045, CA1021, CA1063, CA1710, CA2211, CS0067
public abstract class SampleClass<T> : IDisposable
    where T : class, new()
{
    public const int Limit = 7;
    private protected int Hidden;
    internal int AlsoHidden;
    private static int _first;

    public SampleClass()
    {
    }

    protected SampleClass(T? value, IReadOnlyDictionary<string, List<T?>?> map, params string[] rest) => _ = (value, map, rest);

    public event EventHandler? Changed;

    public required string Name { get; init; }

    public string? this[int index]
    {
        get => Name;
        protected set => _ = index;
    }

    public static ref readonly int First(in int left, ref int right, double scale = 1.5, DayOfWeek day = DayOfWeek.Monday, TimeSpan wait = default) => ref _first;

    public virtual (int Count, string? Name) Pair(int? number) => (number ?? Hidden, null);

    public bool TryGet(string? key, [NotNullWhen(true)] out string? value) => (value = key) is not null;

    [Obsolete("Use another.")]
    public void Old() => AlsoHidden++;

    public void Dispose() => Dispose(true);

    protected abstract void Dispose(bool disposing);
}

public delegate ValueTask<T?> SampleDelegate<T>(T argument)
    where T : class;

[Flags]
public enum SampleEnum : byte
{
    None = 0,
    Some = 4,
}

public readonly record struct SampleRecord(int Number, string? Text);

public static class SampleExtensions
{
    public static Dictionary<string, KeyValuePair<int?, string?>?>? Deep((string? Left, string Right)? pair, int?[]? numbers, (string, object?)?[] rest) =>
        pair is null || numbers is null || rest.Length == 0 ? null : [];

    public static IEnumerable<T> Twice<T>(this IEnumerable<T> source, [CallerArgumentExpression(nameof(source))] string? name = null)
        where T : struct => source.Concat(source);

    public static T[]? Many<T>(Dictionary<string, (T? First, List<object?>? Second)>? map, T plain, T? maybe, params ReadOnlySpan<(int Number, T Value)> pairs)
        where T : notnull => map is null || maybe is null || pairs.IsEmpty ? null : [plain];
}
