using System.Numerics.Tensors;

namespace Vouch.Optimizer.Prediction;

/// <summary>How alike a prompt is to each of up to 256 learnt prompts: a Gaussian of the distance in latent position and form.</summary>
/// <remarks>Takes the place of nearest neighbours at a fixed cost. Source: C. K. I. Williams, M. Seeger, <i>Using the Nystroem Method to Speed Up Kernel Machines</i>, NIPS 2000.</remarks>
internal sealed class KernelMap
{
    /// <summary>How much one deviation of a measure counts beside the latent position, whose length is 1.</summary>
    private const float FormShare = 0.1f;

    private readonly float[] _halfNorms;

    public KernelMap(float[] centres, int rank, float gamma)
    {
        Centres = centres;
        Rank = rank;
        Gamma = gamma;
        Width = WidthOf(rank);
        Count = centres.Length / Width;
        _halfNorms = new float[Count];
        for (int i = 0; i < Count; i++)
        {
            ReadOnlySpan<float> centre = centres.AsSpan(i * Width, Width);
            _halfNorms[i] = 0.5f * TensorPrimitives.Dot(centre, centre);
        }
    }

    /// <summary>Gets the centres, row by row.</summary>
    public float[] Centres { get; }

    public int Rank { get; }

    public float Gamma { get; }

    public int Width { get; }

    public int Count { get; }

    public static int WidthOf(int rank) => (rank + PromptFeatures.Measures + 7) / 8 * 8;

    /// <summary>The point that distances are taken from.</summary>
    public static void Point(ReadOnlySpan<float> latent, ReadOnlySpan<float> form, Span<float> point)
    {
        point.Clear();
        latent.CopyTo(point);
        TensorPrimitives.Multiply(form[..PromptFeatures.Measures], FormShare, point[latent.Length..]);
    }

    /// <summary>Writes the likeness to each centre, in [0, 1].</summary>
    public void Apply(ReadOnlySpan<float> point, Span<float> likeness)
    {
        float half = 0.5f * TensorPrimitives.Dot(point, point);
        for (int i = 0; i < Count; i++)
        {
            likeness[i] = Gamma * Math.Min(0, TensorPrimitives.Dot(point, Centres.AsSpan(i * Width, Width)) - half - _halfNorms[i]);
        }

        TensorPrimitives.Exp(likeness[..Count], likeness);
    }
}
