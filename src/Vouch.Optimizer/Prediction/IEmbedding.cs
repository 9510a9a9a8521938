namespace Vouch.Optimizer.Prediction;

/// <summary>Turns a prompt into a vector of meaning: the seam for hosts that run an embedding model. Vouch works without one.</summary>
/// <remarks>Implementations are safe to call from any thread, deterministic, and allocate nothing where the 0 B promise of a decision matters.</remarks>
public interface IEmbedding
{
    /// <summary>Gets the name and version of the embedding; a model fitted with one refuses another.</summary>
    string Name { get; }

    /// <summary>Gets the number of dimensions.</summary>
    /// <value>1 to 256; project larger embeddings down.</value>
    int Dimensions { get; }

    /// <summary>Embeds a prompt.</summary>
    /// <param name="prompt">The prompt; may be empty.</param>
    /// <param name="vector">Where to write <see cref="Dimensions"/> finite numbers.</param>
    void Embed(ReadOnlySpan<char> prompt, Span<float> vector);
}
