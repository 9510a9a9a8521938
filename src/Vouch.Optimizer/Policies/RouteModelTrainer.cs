using Vouch.Core.Exceptions;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Policies;

/// <summary>Finds the cascades worth having on labelled prompts and fits one model of all routes.</summary>
/// <remarks>Same data, same model. Safe to share.</remarks>
public sealed class RouteModelTrainer
{
    private const int PriceSteps = 40;

    private readonly OutcomeModelTrainer _trainer;
    private readonly IAnswerAgreement _agreement;

    /// <summary>Initializes a trainer.</summary>
    /// <param name="trainer">Fits the model of outcomes, or null for the default.</param>
    /// <param name="agreement">How answers are compared, or null for <see cref="NormalizedAnswerAgreement"/>.</param>
    public RouteModelTrainer(OutcomeModelTrainer? trainer = null, IAnswerAgreement? agreement = null)
    {
        _trainer = trainer ?? new OutcomeModelTrainer();
        _agreement = agreement ?? NormalizedAnswerAgreement.Instance;
    }

    /// <summary>Fits a model of all routes.</summary>
    /// <param name="endpoints">The names of the endpoints.</param>
    /// <param name="prices">Their prices.</param>
    /// <param name="prompts">The labelled prompts with answers; cascades are sought where every prompt has scores, tokens and answers of every endpoint.</param>
    /// <param name="maximumCascades">How many cascades to keep at most, 0 to 24.</param>
    /// <param name="prior">A model to start from, or null; see <see cref="OutcomeModelTrainer.Fit"/>.</param>
    /// <param name="cancellationToken">Cancels the fit.</param>
    /// <exception cref="ArgumentException">Prices and endpoints differ in number.</exception>
    /// <exception cref="InputValidationException">As <see cref="OutcomeModelTrainer.Fit"/>.</exception>
    public RouteModel Fit(
        IReadOnlyList<string> endpoints,
        IReadOnlyList<TokenPrice> prices,
        IReadOnlyList<AnsweredPrompt> prompts,
        int maximumCascades = 8,
        OutcomeModel? prior = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(prompts);
        ArgumentOutOfRangeException.ThrowIfNegative(maximumCascades);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximumCascades, 24);
        if (prices.Count != endpoints.Count)
        {
            throw new ArgumentException($"There are {prices.Count} prices for {endpoints.Count} endpoints.", nameof(prices));
        }

        bool complete = prompts.All(prompt => prompt.Answers.Count == endpoints.Count && prompt.Labels.OutputTokens.Count == endpoints.Count
            && !prompt.Labels.Scores.Any(double.IsNaN) && !prompt.Labels.OutputTokens.Any(double.IsNaN));
        IReadOnlyList<Cascade> cascades = complete && maximumCascades > 0 ? Seek(prices, prompts, maximumCascades) : [];
        Route[] routes =
        [
            .. endpoints.Select((name, i) => new Route(name, i, null)),
            .. cascades.Select(cascade => new Route($"{endpoints[cascade.First]} + {endpoints[cascade.Second]}, else {endpoints[cascade.Escalation]}", -1, cascade)),
        ];
        LabelledPrompt[] labels = [.. prompts.Select(prompt => Label(prompt, routes, endpoints.Count, prices))];
        string[] names = [.. routes.Select(route => route.Name), .. routes.Skip(endpoints.Count).Select(route => "agreement: " + route.Name)];
        return new RouteModel(routes, endpoints.Count, _trainer.Fit(names, labels, prior, cancellationToken));
    }

    private LabelledPrompt Label(AnsweredPrompt prompt, Route[] routes, int endpoints, IReadOnlyList<TokenPrice> prices)
    {
        int cascades = routes.Length - endpoints;
        if (cascades == 0)
        {
            return prompt.Labels;
        }

        double[] scores = [.. prompt.Labels.Scores, .. new double[2 * cascades]];
        double[] tokens = [.. prompt.Labels.OutputTokens, .. Enumerable.Repeat(double.NaN, 2 * cascades)];
        for (int r = endpoints; r < routes.Length; r++)
        {
            RouteOutcome outcome = RouteOutcome.Of(routes[r], prompt, prices, _agreement);
            scores[r] = outcome.Score;
            scores[r + cascades] = outcome.Agreed ? 1 : 0;
        }

        return new LabelledPrompt(prompt.Labels.Prompt, scores, tokens);
    }

    // The cascade with the largest mean of score minus price times cost, for prices from very low to very high.
    private List<Cascade> Seek(IReadOnlyList<TokenPrice> prices, IReadOnlyList<AnsweredPrompt> prompts, int maximum)
    {
        int k = prices.Count;
        var means = new List<(Cascade Cascade, double Score, double Cost)>();
        double dearest = 0;
        var costs = new double[prompts.Count, k];
        for (int i = 0; i < prompts.Count; i++)
        {
            for (int e = 0; e < k; e++)
            {
                costs[i, e] = prices[e].Cost(prompts[i].InputTokens, prompts[i].Labels.OutputTokens[e]);
                dearest = Math.Max(dearest, costs[i, e]);
            }
        }

        var agreed = new bool[prompts.Count];
        for (int a = 0; a < k; a++)
        {
            for (int b = 0; b < k; b++)
            {
                if (a == b)
                {
                    continue;
                }

                for (int i = 0; i < agreed.Length; i++)
                {
                    agreed[i] = _agreement.Agree(prompts[i].Answers[a], prompts[i].Answers[b]);
                }

                for (int c = 0; c < k; c++)
                {
                    if (c != a && c != b)
                    {
                        means.Add(Mean(a, b, c));
                    }
                }
            }
        }

        var found = new Dictionary<Cascade, int>();
        for (int step = 0; step < PriceSteps && means.Count > 0 && dearest > 0; step++)
        {
            double price = 1e-3 * Math.Pow(10, 5.0 * step / PriceSteps) / dearest;
            Cascade best = means.MaxBy(mean => mean.Score - (price * mean.Cost)).Cascade;
            found[best] = found.GetValueOrDefault(best) + 1;
        }

        return [.. found.OrderByDescending(pair => pair.Value).Take(maximum).Select(pair => pair.Key)];

        (Cascade, double, double) Mean(int a, int b, int c)
        {
            double score = 0;
            double cost = 0;
            for (int i = 0; i < agreed.Length; i++)
            {
                score += prompts[i].Labels.Scores[agreed[i] ? a : c];
                cost += costs[i, a] + costs[i, b] + (agreed[i] ? 0 : costs[i, c]);
            }

            return (new Cascade(a, b, c), score / agreed.Length, cost / agreed.Length);
        }
    }
}
