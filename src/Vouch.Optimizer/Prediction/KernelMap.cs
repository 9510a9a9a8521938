using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

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
        Products(point, likeness);
        for (int i = 0; i < Count; i++)
        {
            likeness[i] = Gamma * Math.Min(0, likeness[i] - half - _halfNorms[i]);
        }

        TensorPrimitives.Exp(likeness[..Count], likeness);
    }

    // Four centres at a time: the point is loaded once for all of them, and their sums do not wait for each other.
    private void Products(ReadOnlySpan<float> point, Span<float> products)
    {
        int lanes = Width / Vector<float>.Count;
        int i = 0;
        if (lanes * Vector<float>.Count == Width && point.Length == Width)
        {
            ReadOnlySpan<Vector<float>> at = MemoryMarshal.Cast<float, Vector<float>>(point);
            ReadOnlySpan<Vector<float>> rows = MemoryMarshal.Cast<float, Vector<float>>(Centres);
            for (; i + 3 < Count; i += 4)
            {
                ReadOnlySpan<Vector<float>> first = rows.Slice(i * lanes, at.Length);
                ReadOnlySpan<Vector<float>> second = rows.Slice((i + 1) * lanes, at.Length);
                ReadOnlySpan<Vector<float>> third = rows.Slice((i + 2) * lanes, at.Length);
                ReadOnlySpan<Vector<float>> fourth = rows.Slice((i + 3) * lanes, at.Length);
                Vector<float> a = default, b = default, c = default, d = default;
                for (int j = 0; j < at.Length; j++)
                {
                    Vector<float> value = at[j];
                    a += value * first[j];
                    b += value * second[j];
                    c += value * third[j];
                    d += value * fourth[j];
                }

                products[i] = Vector.Sum(a);
                products[i + 1] = Vector.Sum(b);
                products[i + 2] = Vector.Sum(c);
                products[i + 3] = Vector.Sum(d);
            }
        }

        for (; i < Count; i++)
        {
            products[i] = TensorPrimitives.Dot(point, Centres.AsSpan(i * Width, Width));
        }
    }
}
