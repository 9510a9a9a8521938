using System.Globalization;
using System.IO.Compression;
using System.Text;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>One set of recorded outcomes: prompts, what every endpoint made of them, and what that cost.</summary>
internal sealed class LlmData
{
    public required IReadOnlyList<string> Endpoints { get; init; }

    public required IReadOnlyList<TokenPrice> Prices { get; init; }

    public required IReadOnlyList<LlmQuery> Train { get; init; }

    public required IReadOnlyList<LlmQuery> Test { get; init; }

    /// <summary>Reads a set; <paramref name="role"/> picks the endpoints (<c>registry</c>, <c>newcomer</c>, or both).</summary>
    public static LlmData Read(EvaluationRun run, string set, params string[] role)
    {
        string folder = Folder(run, set);
        role = role.Length == 0 ? ["registry"] : role;
        List<string[]> models = [.. Csv(File.ReadAllText(Path.Combine(folder, "models.csv"))).Skip(1).Where(row => row[0] == set && role.Contains(row[5]))];
        if (models.Count == 0)
        {
            throw new MissingDataException($"models.csv names no {string.Join(" or ", role)} of the set '{set}'.");
        }

        Dictionary<string, int> positions = models.Select((row, i) => (row[1], i)).ToDictionary(pair => pair.Item1, pair => pair.i);
        TokenPrice[] prices = [.. models.Select(row => new TokenPrice(Number(row[3]), Number(row[4])))];
        var outcomes = new Dictionary<string, (double[] Scores, double[] Tokens, double[] Costs, string[] Answers)>();
        foreach (string[] row in Csv(Unzip(Path.Combine(folder, set + ".outcomes.csv.gz"))).Skip(1))
        {
            if (!positions.TryGetValue(row[1], out int at))
            {
                continue;
            }

            if (!outcomes.TryGetValue(row[0], out var known))
            {
                known = (Unknown(models.Count), Unknown(models.Count), Unknown(models.Count), Enumerable.Repeat("", models.Count).ToArray());
                outcomes[row[0]] = known;
            }

            known.Scores[at] = Number(row[2]);
            known.Tokens[at] = Number(row[3]);
            known.Costs[at] = Number(row[4]);
            known.Answers[at] = row[5];
        }

        var train = new List<LlmQuery>();
        var test = new List<LlmQuery>();
        foreach (string[] row in Csv(Unzip(Path.Combine(folder, set + ".queries.csv.gz"))).Skip(1))
        {
            if (outcomes.TryGetValue(row[0], out var known))
            {
                var labels = new LabelledPrompt(row[6], known.Scores, known.Tokens);
                (row[3] == "train" ? train : test).Add(new LlmQuery(row[1], new AnsweredPrompt(labels, Number(row[4]), known.Answers), known.Costs));
            }
        }

        return new LlmData { Endpoints = [.. positions.Keys], Prices = prices, Train = train, Test = test };
    }

    private static string Folder(EvaluationRun run, string set)
    {
        string folder = run.Require(".");
        string below = Path.Combine(folder, "llm");
        string file = set + ".queries.csv.gz";
        return File.Exists(Path.Combine(folder, file)) ? folder
            : File.Exists(Path.Combine(below, file)) ? below
            : throw new MissingDataException($"There is no '{file}' in '{run.DataFolder}' or its subfolder 'llm'.");
    }

    private static double[] Unknown(int count) => [.. Enumerable.Repeat(double.NaN, count)];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string Unzip(string file)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress), Encoding.UTF8);
        return reader.ReadToEnd();
    }

    // RFC 4180: quoted fields may hold commas, doubled quotes and line breaks.
    private static IEnumerable<string[]> Csv(string text)
    {
        var row = new List<string>();
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (quoted)
            {
                if (c != '"')
                {
                    field.Append(c);
                }
                else if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = false;
                }
            }
            else if (c == '"')
            {
                quoted = true;
            }
            else if (c is ',' or '\n')
            {
                row.Add(field.ToString());
                field.Clear();
                if (c == '\n')
                {
                    yield return [.. row];
                    row.Clear();
                }
            }
            else if (c != '\r')
            {
                field.Append(c);
            }
        }

        if (row.Count > 0)
        {
            row.Add(field.ToString());
            yield return [.. row];
        }
    }
}
