using Vouch.Core.Exceptions;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>A fitted model of routes as the router's predictor: its endpoints and its cascades.</summary>
/// <remarks>Immutable and safe to share; a prediction allocates nothing (but what <see cref="OutcomeModel.Predict"/> says).</remarks>
public sealed class RouteModelPredictor : IOutcomePredictor
{
    private const string Joint = " + ";
    private const string Else = ", else ";
    private const string Agreement = "agreement: ";

    private readonly OutcomeModel _model;

    /// <summary>Initializes a predictor.</summary>
    /// <param name="model">The model; its endpoints are named as in the registry.</param>
    /// <param name="evidenceTime">When the labels were gathered that it was fitted on.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    public RouteModelPredictor(RouteModel model, DateTimeOffset evidenceTime)
        : this((model ?? throw new ArgumentNullException(nameof(model))).Fit.Model, evidenceTime)
    {
    }

    /// <summary>Initializes a predictor over the saved model underneath a <see cref="RouteModel"/>; its cascades are read off the names of its targets.</summary>
    /// <param name="model">The model; one without cascades is served as it is.</param>
    /// <param name="evidenceTime">When the labels were gathered that it was fitted on.</param>
    /// <exception cref="ArgumentNullException"><paramref name="model"/> is null.</exception>
    /// <exception cref="ConfigurationException">A target is named as a cascade or an agreement, and what belongs to it is missing.</exception>
    public RouteModelPredictor(OutcomeModel model, DateTimeOffset evidenceTime)
    {
        ArgumentNullException.ThrowIfNull(model);
        _model = model;
        EvidenceTime = evidenceTime;
        string[] names = [.. model.Endpoints];
        int agreements = names.Count(static name => name.StartsWith(Agreement, StringComparison.Ordinal));
        int endpoints = names.Length - (2 * agreements);
        for (int i = 0; i < agreements; i++)
        {
            if (endpoints < 3 || names[endpoints + agreements + i] != Agreement + names[endpoints + i])
            {
                throw new ConfigurationException($"The model's target '{names[^(agreements - i)]}' does not stand where its cascade's agreement belongs: it is no model of routes.");
            }
        }

        Endpoints = names[..endpoints];
        Cascades = [.. names.Skip(endpoints).Take(agreements).Select(name => CascadeOf(name, names.AsSpan(0, endpoints)))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Endpoints { get; }

    /// <inheritdoc/>
    public IReadOnlyList<Cascade> Cascades { get; }

    /// <inheritdoc/>
    public string Digest => _model.Digest;

    /// <inheritdoc/>
    public DateTimeOffset EvidenceTime { get; }

    /// <summary>Gets or sets whether the labels' output tokens included hidden reasoning, as bills do.</summary>
    /// <value>The default is true.</value>
    public bool CountsHiddenTokens { get; init; } = true;

    /// <inheritdoc/>
    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => _model.Predict(prompt, predictions);

    private static Cascade CascadeOf(string name, ReadOnlySpan<string> endpoints)
    {
        // Names of endpoints may hold the joints themselves, so the parts are looked for among them rather than cut out.
        for (int first = 0; first < endpoints.Length; first++)
        {
            for (int second = 0; second < endpoints.Length; second++)
            {
                for (int third = 0; third < endpoints.Length; third++)
                {
                    if (first != second && first != third && second != third
                        && name.Length == endpoints[first].Length + endpoints[second].Length + endpoints[third].Length + Joint.Length + Else.Length
                        && name == endpoints[first] + Joint + endpoints[second] + Else + endpoints[third])
                    {
                        return new Cascade(first, second, third);
                    }
                }
            }
        }

        throw new ConfigurationException($"The model's cascade '{name}' names an endpoint that the model does not predict.");
    }
}
