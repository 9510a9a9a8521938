using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace Vouch.Optimizer.Prediction;

/// <summary>The weights of the targets on everything but the hashed buckets, the calibration of their sums, and the token counts.</summary>
internal sealed class OutcomeHeads
{
    private const double Nearest = 0.01;

    /// <summary>Gets the number of targets, padded to whole vectors.</summary>
    public required int Width { get; init; }

    /// <summary>Gets the number of targets.</summary>
    public required int Count { get; init; }

    /// <summary>Gets the weights of latent position and form: rank + <see cref="PromptSpace.FormWidth"/> rows of <see cref="Width"/>.</summary>
    public required float[] Dense { get; init; }

    /// <summary>Gets the weights of the likeness to each prototype, rows of <see cref="Width"/>.</summary>
    public required float[] Prototypes { get; init; }

    /// <summary>Gets what is added: the mean score of each target and the offsets of the parts.</summary>
    public required float[] Offsets { get; init; }

    /// <summary>Gets the calibration's factor on the log-odds of each target.</summary>
    public required double[] Slopes { get; init; }

    /// <summary>Gets what the calibration adds to the log-odds of each target.</summary>
    public required double[] Intercepts { get; init; }

    /// <summary>Gets the mean score of each target.</summary>
    public required double[] BaseRates { get; init; }

    /// <summary>Gets the share of the prompts that carry a label of each target.</summary>
    public required double[] LabelShares { get; init; }

    /// <summary>Gets how many labelled prompts each prototype stands for.</summary>
    public required float[] Masses { get; init; }

    /// <summary>Gets the weights of form on the logarithm of the output tokens, rows of <see cref="Width"/>.</summary>
    public required float[] TokenWeights { get; init; }

    /// <summary>Gets what is added to the logarithm of the output tokens.</summary>
    public required float[] TokenOffsets { get; init; }

    /// <summary>Gets the largest logarithm of output tokens that was seen: predictions stay below it.</summary>
    public required float[] TokenLimits { get; init; }

    /// <summary>Gets the factor from the middle to the mean of the output tokens.</summary>
    public required float[] TokenFactors { get; init; }

    public void Apply(ReadOnlySpan<float> columns, int rank, ReadOnlySpan<float> form, ReadOnlySpan<float> likeness, Span<float> raw)
    {
        Offsets.CopyTo(raw);
        TensorPrimitives.Add(raw[..Count], columns.Slice(rank, Count), raw[..Count]);
        Accumulate(columns[..rank], Dense, raw);
        Accumulate(form, Dense.AsSpan(rank * Width), raw);
        Accumulate(likeness, Prototypes, raw);
    }

    public void Tokens(ReadOnlySpan<float> form, Span<float> tokens)
    {
        TokenOffsets.CopyTo(tokens);
        Accumulate(form, TokenWeights, tokens);
        TensorPrimitives.Min(tokens, TokenLimits, tokens);
        TensorPrimitives.Exp(tokens, tokens);
        TensorPrimitives.Multiply(tokens, TokenFactors, tokens);
    }

    public float Support(ReadOnlySpan<float> likeness) => TensorPrimitives.Dot(likeness, Masses);

    public double Calibrate(int target, double raw)
    {
        double odds = (Slopes[target] * LogOdds(raw)) + Intercepts[target];
        return 1 / (1 + Math.Exp(-odds));
    }

    public static double LogOdds(double raw)
    {
        double p = Math.Clamp(raw, Nearest, 1 - Nearest);
        return Math.Log(p / (1 - p));
    }

    // Two vectors of targets stay in registers over all values. Each target's sum is made in the same order as one by one, so it does not depend on the vector's width.
    private void Accumulate(ReadOnlySpan<float> values, ReadOnlySpan<float> weights, Span<float> result)
    {
        int lanes = Width / Vector<float>.Count;
        ReadOnlySpan<Vector<float>> rows = MemoryMarshal.Cast<float, Vector<float>>(weights[..(values.Length * Width)]);
        Span<Vector<float>> sums = MemoryMarshal.Cast<float, Vector<float>>(result);
        if (lanes * Vector<float>.Count != Width)
        {
            for (int i = 0; i < values.Length; i++)
            {
                SparseRows.AddScaled(values[i], weights.Slice(i * Width, Width), result);
            }

            return;
        }

        int lane = 0;
        for (; lane + 1 < lanes; lane += 2)
        {
            Vector<float> first = sums[lane];
            Vector<float> second = sums[lane + 1];
            for (int i = 0, at = lane; i < values.Length; i++, at += lanes)
            {
                var value = new Vector<float>(values[i]);
                first += value * rows[at];
                second += value * rows[at + 1];
            }

            sums[lane] = first;
            sums[lane + 1] = second;
        }

        if (lane < lanes)
        {
            Vector<float> last = sums[lane];
            for (int i = 0, at = lane; i < values.Length; i++, at += lanes)
            {
                last += new Vector<float>(values[i]) * rows[at];
            }

            sums[lane] = last;
        }
    }
}
