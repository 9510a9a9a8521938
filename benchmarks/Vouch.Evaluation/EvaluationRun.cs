namespace Vouch.Evaluation;

/// <summary>The arguments of one run, as a task sees them.</summary>
internal sealed record EvaluationRun(string? DataFolder, int Seed, IReadOnlyDictionary<string, string> Options, IProgress<string> Progress)
{
    /// <summary>The path of a file or folder below <c>--data</c>.</summary>
    /// <exception cref="MissingDataException">It is not there.</exception>
    public string Require(string relativePath)
    {
        string path = Path.Combine(DataFolder ?? throw new MissingDataException("This task needs --data DIR."), relativePath);
        return Path.Exists(path) ? path : throw new MissingDataException($"'{path}' is missing.");
    }

    /// <summary>The value of an option such as <c>--budget</c>, or the default.</summary>
    public string Option(string name, string otherwise) => Options.GetValueOrDefault(name, otherwise);
}
