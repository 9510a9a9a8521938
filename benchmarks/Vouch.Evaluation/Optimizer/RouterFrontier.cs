using System.Globalization;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Evaluation.Optimizer;

/// <summary>Mean cost and quality on recorded queries: of single endpoints, of static cascades, and of the router over its price sensitivity.</summary>
internal sealed class RouterFrontier
{
    public RouterFrontier(RouteModel model, LlmData data, IReadOnlyList<LlmQuery> queries, bool directOnly = false)
    {
        int k = data.Endpoints.Count;
        Singles = [.. model.Routes.Take(k).Select(route => Mean(route.Name, queries.Select(query => query.Outcome(route))))];
        Cascades = [.. model.Routes.Skip(k).Select(route => Mean(route.Name, queries.Select(query => query.Outcome(route))))];
        int[] eligible = [.. Enumerable.Range(0, directOnly ? k : model.Routes.Count)];
        (OutcomePrediction[] Predictions, double[] Costs)[] predicted = Predict(model, data, queries);
        Points = [.. Policies(Singles.Max(single => single.Cost)).Select(policy => Mean(policy.Name, queries.Select((query, i) =>
            query.Outcome(model.Routes[policy.Choose(predicted[i].Predictions, predicted[i].Costs, eligible)]))))];
    }

    public IReadOnlyList<(string Router, double Cost, double Quality)> Singles { get; }

    public IReadOnlyList<(string Router, double Cost, double Quality)> Cascades { get; }

    public IReadOnlyList<(string Router, double Cost, double Quality)> Points { get; }

    /// <summary>Price sensitivities from 0 to infinity; the grid depends on what the dearest endpoint costs, on nothing else.</summary>
    public static IEnumerable<RoutingPolicy> Policies(double dearest) =>
    [
        new RoutingPolicy("router 0", 0),
        .. Enumerable.Range(0, 60).Select(i => 1e-3 * Math.Pow(10, i / 10.0) / dearest)
            .Select(price => new RoutingPolicy(string.Create(CultureInfo.InvariantCulture, $"router {price:G4}"), price)),
        new RoutingPolicy("router infinity", double.PositiveInfinity),
    ];

    public static (OutcomePrediction[] Predictions, double[] Costs)[] Predict(RouteModel model, LlmData data, IReadOnlyList<LlmQuery> queries)
    {
        TokenPrice[] prices = [.. data.Prices];
        var predicted = new (OutcomePrediction[], double[])[queries.Count];
        for (int i = 0; i < predicted.Length; i++)
        {
            predicted[i] = (new OutcomePrediction[model.Routes.Count], new double[model.Routes.Count]);
            model.Predict(queries[i].Prompt.Labels.Prompt, queries[i].Prompt.InputTokens, prices, predicted[i].Item1, predicted[i].Item2);
        }

        return predicted;
    }

    private static (string Router, double Cost, double Quality) Mean(string name, IEnumerable<(double Score, double Cost)> outcomes)
    {
        double score = 0;
        double cost = 0;
        int count = 0;
        foreach ((double s, double c) in outcomes)
        {
            score += s;
            cost += c;
            count++;
        }

        return (name, cost / count, score / count);
    }
}
