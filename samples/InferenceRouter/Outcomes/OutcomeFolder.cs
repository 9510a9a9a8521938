using System.Globalization;
using System.IO.Compression;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Outcomes;

/// <summary>Reads a folder of recorded outcomes: <c>models.csv</c>, and for each set <c>SET.queries.csv</c> and <c>SET.outcomes.csv</c>, plain or gzipped.</summary>
internal static class OutcomeFolder
{
    private const int AssumedContext = 1 << 20;

    public static OutcomeTable Load(string folder, string? set)
    {
        (string Set, string Model, string Tier, decimal Input, decimal Output)[] models = [.. Models(folder)];
        string chosen = set ?? models.Select(static row => row.Set).FirstOrDefault() ?? throw Missing(folder, "a row in models.csv");
        EndpointOptions[] endpoints = [.. models.Where(row => row.Set == chosen).Select(row => new EndpointOptions
        {
            Id = row.Model,
            Provider = "recorded",
            Tier = row.Tier,
            InputUsdPerMillion = row.Input,
            OutputUsdPerMillion = row.Output,
            ContextTokens = AssumedContext,
            MaxOutputTokens = 1 << 18,
        })];
        if (endpoints.Length < 2)
        {
            throw Missing(folder, $"at least two models of the set '{chosen}' with the role registry in models.csv (sets: {string.Join(", ", models.Select(static row => row.Set).Distinct())})");
        }

        EndpointRegistry registry = EndpointRegistry.From(new EndpointRegistryOptions { Endpoints = endpoints });
        var queries = new Dictionary<string, RecordedQuery>(StringComparer.Ordinal);
        using (StreamReader text = Open(folder, chosen + ".queries.csv"))
        {
            for (var csv = new CsvReader(text, chosen + ".queries.csv"); csv.Read();)
            {
                queries[csv["query_id"]] = new RecordedQuery(csv["query_id"], csv["prompt"], csv["split"] == "train", (int)csv.Number("prompt_tokens"), Unknown(), Unknown(), Unknown());
            }
        }

        using (StreamReader text = Open(folder, chosen + ".outcomes.csv"))
        {
            for (var csv = new CsvReader(text, chosen + ".outcomes.csv"); csv.Read();)
            {
                if (registry.PositionOf(csv["model"]) is >= 0 and int endpoint && queries.TryGetValue(csv["query_id"], out RecordedQuery? query))
                {
                    query.Scores[endpoint] = Math.Clamp(csv.Number("score"), 0, 1);
                    query.OutputTokens[endpoint] = csv.Number("output_tokens");
                    query.Costs[endpoint] = csv.Number("cost_usd");
                }
            }
        }

        return new OutcomeTable(chosen, false, registry, [.. queries.Values.Where(static query => query.IsComplete)]);

        double[] Unknown()
        {
            double[] row = new double[endpoints.Length];
            Array.Fill(row, double.NaN);
            return row;
        }
    }

    private static IEnumerable<(string Set, string Model, string Tier, decimal Input, decimal Output)> Models(string folder)
    {
        using StreamReader text = Open(folder, "models.csv");
        for (var csv = new CsvReader(text, "models.csv"); csv.Read();)
        {
            if (csv["role"] == "registry")
            {
                yield return (csv["set"], csv["model"], csv["tier"], Price("input_usd_per_mtok"), Price("output_usd_per_mtok"));
            }

            decimal Price(string column) => (decimal)csv.Number(column);
        }
    }

    private static StreamReader Open(string folder, string name)
    {
        string plain = Path.Combine(folder, name);
        return File.Exists(plain) ? new StreamReader(plain)
            : File.Exists(plain + ".gz") ? new StreamReader(new GZipStream(File.OpenRead(plain + ".gz"), CompressionMode.Decompress))
            : throw Missing(folder, string.Create(CultureInfo.InvariantCulture, $"'{name}' or '{name}.gz'"));
    }

    private static InputValidationException Missing(string folder, string what) => new($"The folder '{folder}' lacks {what}.") { DataSource = folder, Expected = what };
}
