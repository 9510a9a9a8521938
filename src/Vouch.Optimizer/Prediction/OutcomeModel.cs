namespace Vouch.Optimizer.Prediction;

/// <summary>Predicts for a prompt what each endpoint will make of it: a calibrated chance of success with its range, and the expected number of output tokens.</summary>
/// <remarks>Immutable, safe to share between threads; a prediction allocates nothing.</remarks>
public sealed partial class OutcomeModel
{
    /// <summary>Gets the endpoints, in the order of the predictions.</summary>
    public IReadOnlyList<string> Endpoints { get; } = [];

    /// <summary>Gets the digest of the model's content: <c>sha256:</c> and 64 hexadecimal digits over its saved form.</summary>
    public string Digest { get; } = "";

    /// <summary>Gets the number of labelled prompts it was fitted on.</summary>
    public int LabelCount { get; }

    /// <summary>Predicts for every endpoint.</summary>
    /// <param name="prompt">The prompt, of any length; of very long ones a bounded part is read.</param>
    /// <param name="predictions">Where to write, one element for each of <see cref="Endpoints"/>.</param>
    /// <exception cref="ArgumentException"><paramref name="predictions"/> has another length.</exception>
    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => throw new NotImplementedException();

    /// <summary>Tells why the model expects what it expects.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="endpoint">The endpoint's position in <see cref="Endpoints"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="endpoint"/> is no position.</exception>
    public PredictionExplanation Explain(string prompt, int endpoint) => throw new NotImplementedException();

    /// <summary>Writes the model as versioned binary with a checksum.</summary>
    /// <param name="stream">A writable stream; stays open.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    public void Save(Stream stream) => throw new NotImplementedException();

    /// <summary>Reads a model.</summary>
    /// <param name="stream">What <see cref="Save"/> wrote; stays open.</param>
    /// <param name="embedding">The embedding it was fitted with, or null where it was fitted without.</param>
    /// <returns>The model; its predictions equal those of the saved one bit for bit.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="stream"/> is null.</exception>
    /// <exception cref="Vouch.Core.Exceptions.InputValidationException">The data is damaged, of another version, too large, or needs another embedding.</exception>
    public static OutcomeModel Load(Stream stream, IEmbedding? embedding = null) => throw new NotImplementedException();
}
