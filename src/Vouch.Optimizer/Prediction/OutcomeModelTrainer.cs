namespace Vouch.Optimizer.Prediction;

/// <summary>Fits outcome models.</summary>
/// <remarks>Same data, same options: same model, bit for bit. Safe to share.</remarks>
public sealed class OutcomeModelTrainer
{
    /// <summary>Fits a model.</summary>
    /// <param name="endpoints">The names of the endpoints, unique.</param>
    /// <param name="prompts">The labelled prompts, 20 or more, each with one score (or NaN) for each endpoint.</param>
    /// <param name="cancellationToken">Cancels the fit.</param>
    /// <returns>The model and what is known of how good it is.</returns>
    public OutcomeFit Fit(IReadOnlyList<string> endpoints, IReadOnlyList<LabelledPrompt> prompts, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>Adds an endpoint to a model from few labels (50 are enough): what it shares with the known endpoints is taken from them.</summary>
    /// <param name="model">The model to start from; stays as it is.</param>
    /// <param name="name">The newcomer's name.</param>
    /// <param name="prompts">Prompts with one score each, the newcomer's.</param>
    /// <returns>A model with one more endpoint, at the end.</returns>
    public OutcomeModel AddEndpoint(OutcomeModel model, string name, IReadOnlyList<LabelledPrompt> prompts) => throw new NotImplementedException();
}
