using System.Globalization;
using System.Text;
using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Outcomes;

/// <summary>
/// A made-up set for a first look: five invented endpoints whose chance of success falls with a query's difficulty, which shows in its words. Its figures say nothing
/// about real models; they show that the machinery works.
/// </summary>
internal static class SyntheticOutcomes
{
    private static readonly string[] Subjects = ["a baker", "two trains", "a library", "three friends", "a water tank", "a shop", "an orchestra", "a farmer"];
    private static readonly string[] Things = ["apples", "tickets", "books", "litres", "euros", "seats", "boxes", "pages"];
    private static readonly string[] Steps =
        ["sells {0} {1}", "then receives {0} more", "gives a quarter of the {1} away", "doubles what is left", "loses {0} of them", "divides the rest among {0} people", "adds {0} per cent"];

    private static readonly (string Id, string Tier, decimal Input, decimal Output, double Skill, double Words)[] Invented =
        [("tiny", "nano", 0.05m, 0.1m, 0.9, 90), ("small", "small", 0.15m, 0.6m, 1.9, 120), ("medium", "medium", 0.9m, 0.9m, 2.6, 160), ("large", "large", 2.5m, 10m, 3.6, 220), ("thinker", "frontier", 3m, 12m, 5.2, 900)];

    public static OutcomeTable Make(int seed, int count = 2_400)
    {
        var random = new Random(seed);
        EndpointRegistry registry = EndpointRegistry.From(new EndpointRegistryOptions
        {
            Endpoints = [.. Invented.Select(row => new EndpointOptions
            {
                Id = row.Id,
                Provider = "invented",
                Tier = row.Tier,
                InputUsdPerMillion = row.Input,
                OutputUsdPerMillion = row.Output,
                ContextTokens = 1 << 20,
                MaxOutputTokens = 1 << 18,
            })],
        });
        var queries = new RecordedQuery[count];
        for (int i = 0; i < count; i++)
        {
            int steps = random.Next(1, 8);
            string prompt = Prompt(random, steps);
            int tokens = (prompt.Length + 3) / 4;
            double luck = random.NextDouble() + random.NextDouble() - 1;
            double[] scores = new double[Invented.Length];
            double[] outputs = new double[Invented.Length];
            double[] costs = new double[Invented.Length];
            for (int e = 0; e < Invented.Length; e++)
            {
                double chance = 1 / (1 + Math.Exp(-1.4 * (Invented[e].Skill + 1.2 - (0.75 * steps) + luck)));
                scores[e] = random.NextDouble() < chance * 0.97 ? 1 : 0;
                outputs[e] = Math.Ceiling(Invented[e].Words * (0.5 + (0.2 * steps)) * (0.8 + (0.4 * random.NextDouble())));
                costs[e] = (double)registry[e].Prices.CostOf(tokens, (long)outputs[e]).Usd;
            }

            queries[i] = new RecordedQuery(i.ToString(CultureInfo.InvariantCulture), prompt, i % 5 < 3, tokens, scores, outputs, costs);
        }

        return new OutcomeTable("synthetic", true, registry, queries);
    }

    private static string Prompt(Random random, int steps)
    {
        var text = new StringBuilder();
        string thing = Things[random.Next(Things.Length)];
        text.Append(CultureInfo.InvariantCulture, $"In the morning {Subjects[random.Next(Subjects.Length)]} has {random.Next(10, 500)} {thing}");
        for (int step = 0; step < steps; step++)
        {
            text.Append(step == steps - 1 ? ", and at last " : ", ").AppendFormat(CultureInfo.InvariantCulture, Steps[random.Next(Steps.Length)], random.Next(2, 60), thing);
        }

        return text.Append(CultureInfo.InvariantCulture, $". How many {thing} are left?").ToString();
    }
}
