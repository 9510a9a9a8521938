using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Optimizer.Prediction;

/// <summary>The buckets of many prompts with their weights (inverse document frequency, each prompt of length 1), row by row.</summary>
internal sealed class SparseRows
{
    private readonly int[] _starts;
    private readonly int[] _buckets;
    private readonly float[] _values;

    public SparseRows(IReadOnlyList<int[]> prompts, float[] frequencies)
    {
        _starts = new int[prompts.Count + 1];
        int size = 0;
        for (int i = 0; i < prompts.Count; i++)
        {
            foreach (int bucket in prompts[i])
            {
                size += frequencies[bucket] > 0 ? 1 : 0;
            }

            _starts[i + 1] = size;
        }

        _buckets = new int[size];
        _values = new float[size];
        for (int i = 0; i < prompts.Count; i++)
        {
            int at = _starts[i];
            double norm = 0;
            foreach (int bucket in prompts[i])
            {
                if (frequencies[bucket] > 0)
                {
                    _buckets[at++] = bucket;
                    norm += (double)frequencies[bucket] * frequencies[bucket];
                }
            }

            float scale = norm > 0 ? (float)(1 / Math.Sqrt(norm)) : 0;
            for (int j = _starts[i]; j < at; j++)
            {
                _values[j] = frequencies[_buckets[j]] * scale;
            }
        }
    }

    public int Count => _starts.Length - 1;

    /// <summary>The smoothed inverse document frequency of every bucket; 0 for buckets seen in fewer than two prompts, which teach nothing about others.</summary>
    public static float[] InverseFrequencies(IReadOnlyList<int[]> prompts)
    {
        var counts = new int[PromptFeatures.Buckets];
        foreach (int[] prompt in prompts)
        {
            foreach (int bucket in prompt)
            {
                counts[bucket]++;
            }
        }

        var frequencies = new float[PromptFeatures.Buckets];
        for (int i = 0; i < frequencies.Length; i++)
        {
            frequencies[i] = counts[i] < 2 ? 0 : (float)Math.Log((1.0 + prompts.Count) / (1 + counts[i])) + 1e-3f;
        }

        return frequencies;
    }

    /// <summary>result += row * matrix, with a matrix of <see cref="PromptFeatures.Buckets"/> rows of <paramref name="width"/> numbers, a multiple of 16.</summary>
    public void Multiply(int row, float[] matrix, int width, Span<float> result)
    {
        for (int c = 0; c < width; c += 16)
        {
            var low = Vector256.Create<float>(result[c..]);
            var high = Vector256.Create<float>(result[(c + 8)..]);
            for (int j = _starts[row]; j < _starts[row + 1]; j++)
            {
                var value = Vector256.Create(_values[j]);
                ReadOnlySpan<float> from = matrix.AsSpan((_buckets[j] * width) + c, 16);
                low += value * Vector256.Create(from);
                high += value * Vector256.Create(from[8..]);
            }

            low.CopyTo(result[c..]);
            high.CopyTo(result[(c + 8)..]);
        }
    }

    /// <summary>matrix += transposed row * values; the width is a multiple of 16.</summary>
    public void Scatter(int row, ReadOnlySpan<float> values, float[] matrix, int width)
    {
        for (int c = 0; c < width; c += 16)
        {
            var low = Vector256.Create(values[c..]);
            var high = Vector256.Create(values[(c + 8)..]);
            for (int j = _starts[row]; j < _starts[row + 1]; j++)
            {
                var value = Vector256.Create(_values[j]);
                Span<float> to = matrix.AsSpan((_buckets[j] * width) + c, 16);
                (Vector256.Create<float>(to) + (value * low)).CopyTo(to);
                (Vector256.Create<float>(to[8..]) + (value * high)).CopyTo(to[8..]);
            }
        }
    }

    /// <summary>y += factor * x; lengths are multiples of eight.</summary>
    public static void AddScaled(float factor, ReadOnlySpan<float> x, Span<float> y)
    {
        ReadOnlySpan<Vector<float>> from = MemoryMarshal.Cast<float, Vector<float>>(x);
        Span<Vector<float>> to = MemoryMarshal.Cast<float, Vector<float>>(y);
        var scale = new Vector<float>(factor);
        for (int i = 0; i < from.Length; i++)
        {
            to[i] += scale * from[i];
        }

        for (int i = from.Length * Vector<float>.Count; i < x.Length; i++)
        {
            y[i] += factor * x[i];
        }
    }
}
