namespace Vouch.Optimizer.Prediction;

/// <summary>A fitted model with its cross-validated predictions: what it said of prompts it had not seen.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class OutcomeFit
{
    internal OutcomeFit(OutcomeModel model, double[][] heldOut)
    {
        Model = model;
        HeldOutProbabilities = heldOut;
    }

    /// <summary>Gets the model.</summary>
    public OutcomeModel Model { get; }

    /// <summary>Gets the chance of success predicted for each prompt (outer) and endpoint (inner) by a model that had not seen the prompt.</summary>
    public IReadOnlyList<IReadOnlyList<double>> HeldOutProbabilities { get; }
}
