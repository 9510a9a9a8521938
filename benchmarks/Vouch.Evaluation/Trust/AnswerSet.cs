using System.Globalization;

namespace Vouch.Evaluation.Trust;

/// <summary>A folder with <c>answers.csv</c> (task, worker, answer) and <c>truth.csv</c> (task, truth).</summary>
internal sealed record AnswerSet<T>(string Name, (int Task, int Worker, T Answer)[] Answers, IReadOnlyDictionary<int, T> Truth)
    where T : ISpanParsable<T>
{
    /// <summary>The sets below a folder, or below its folder <paramref name="kind"/> where there is one, by name.</summary>
    public static IReadOnlyList<AnswerSet<T>> All(EvaluationRun run, string kind)
    {
        string root = Path.Combine(run.Require("."), kind);
        root = Directory.Exists(root) ? root : run.Require(".");
        string[] folders = [.. Directory.GetDirectories(root).Where(folder => File.Exists(Path.Combine(folder, "answers.csv")) && File.Exists(Path.Combine(folder, "truth.csv"))).Order(StringComparer.Ordinal)];
        return folders.Length > 0
            ? [.. folders.Select(folder => new AnswerSet<T>(Path.GetFileName(folder), ReadAnswers(Path.Combine(folder, "answers.csv")), ReadTruth(Path.Combine(folder, "truth.csv"))))]
            : throw new MissingDataException($"'{root}' holds no folder with answers.csv and truth.csv.");
    }

    /// <summary>Reads <c>task,worker,answer</c>; further columns are left alone.</summary>
    public static (int Task, int Worker, T Answer)[] ReadAnswers(string file) =>
        [.. Rows(file, 3).Select(row => (Number(row[0], file), Number(row[1], file), Value(row[2], file)))];

    public AnswerSet<T> With(string file) => this with { Answers = [.. Answers, .. ReadAnswers(file)] };

    private static Dictionary<int, T> ReadTruth(string file) => Rows(file, 2).ToDictionary(row => Number(row[0], file), row => Value(row[1], file));

    private static IEnumerable<string[]> Rows(string file, int columns)
    {
        foreach (string line in File.ReadLines(file).Skip(1).Where(line => line.Length > 0))
        {
            string[] cells = line.Split(',');
            yield return cells.Length >= columns ? cells : throw new MissingDataException($"'{file}': '{line}' has fewer than {columns} columns.");
        }
    }

    private static int Number(string text, string file) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : throw new MissingDataException($"'{file}': '{text}' is not a number from 0.");

    private static T Value(string text, string file) =>
        T.TryParse(text, CultureInfo.InvariantCulture, out T? value) ? value : throw new MissingDataException($"'{file}': '{text}' is not an answer.");
}
