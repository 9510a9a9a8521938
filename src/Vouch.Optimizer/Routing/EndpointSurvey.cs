using Vouch.Core.Validation;
using Vouch.Optimizer.Configuration;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>Which endpoints earn their place: over sample prompts, how good and dear each is expected to be, and on how many prompts no other is expected to be as good for less.</summary>
/// <remarks>Dominated endpoints need not be taken out: no policy chooses them. The survey says who they are, for people who pay for keeping them configured.</remarks>
public static class EndpointSurvey
{
    /// <summary>Surveys the endpoints that take part in routing and that the predictor knows.</summary>
    /// <param name="registry">The endpoints.</param>
    /// <param name="predictor">What predicts.</param>
    /// <param name="prompts">The sample prompts, at least one.</param>
    /// <returns>A row for each endpoint, in the registry's order.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">There is no prompt.</exception>
    public static IReadOnlyList<EndpointStanding> Of(EndpointRegistry registry, IOutcomePredictor predictor, IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(predictor);
        Boundary.Items(prompts, minCount: 1);
        int[] known = [.. Enumerable.Range(0, predictor.Endpoints.Count)
            .Where(position => registry.TryGet(predictor.Endpoints[position], out Endpoint? endpoint) && endpoint.Enabled && endpoint.Role == EndpointRole.Registry)
            .OrderBy(position => registry.PositionOf(predictor.Endpoints[position]))];
        Endpoint[] endpoints = [.. known.Select(position => registry[registry.PositionOf(predictor.Endpoints[position])])];
        double[] success = new double[known.Length];
        double[] cost = new double[known.Length];
        int[] undominated = new int[known.Length];
        var predictions = new OutcomePrediction[predictor.Endpoints.Count + (2 * predictor.Cascades.Count)];
        double[] points = new double[2 * known.Length];
        foreach (string prompt in prompts)
        {
            predictor.Predict(prompt, predictions);
            for (int i = 0; i < known.Length; i++)
            {
                OutcomePrediction prediction = predictions[known[i]];
                double tokens = predictor.CountsHiddenTokens ? prediction.OutputTokens : prediction.OutputTokens * endpoints[i].Prices.ReasoningFactor;
                points[2 * i] = RoutedCall.Dollars(endpoints[i].Prices.ExpectedCost(CompiledPlan.EstimatedTokens(prompt.Length), tokens));
                points[(2 * i) + 1] = -prediction.SuccessProbability;
                cost[i] += points[2 * i] / prompts.Count;
                success[i] += prediction.SuccessProbability / prompts.Count;
            }

            foreach (int i in ParetoFront.Of(points, 2))
            {
                undominated[i]++;
            }
        }

        return [.. endpoints.Select((endpoint, i) => new EndpointStanding(
            endpoint.Id, success[i], cost[i], undominated[i] / (double)prompts.Count,
            Enumerable.Range(0, known.Length).Where(j => success[j] >= success[i] && cost[j] <= cost[i] && (success[j] > success[i] || cost[j] < cost[i]))
                .OrderByDescending(j => success[j]).Select(j => endpoints[j].Id).FirstOrDefault()))];
    }
}
