namespace Vouch.Optimizer.Prediction;

/// <summary>Measures brought to mean 0 and deviation 1 on what was learnt from, clipped at 4 deviations, with their squares beside them.</summary>
internal sealed class Standardization(float[] means, float[] scales)
{
    /// <summary>The number of values a prompt's measures become.</summary>
    public const int Width = 2 * PromptFeatures.Measures;

    private const float Clip = 4;

    public float[] Means { get; } = means;

    public float[] Scales { get; } = scales;

    public static Standardization Learn(IReadOnlyList<float[]> measures)
    {
        var means = new float[PromptFeatures.Measures];
        var scales = new float[PromptFeatures.Measures];
        for (int j = 0; j < means.Length; j++)
        {
            double sum = 0;
            double squares = 0;
            foreach (float[] row in measures)
            {
                sum += row[j];
                squares += (double)row[j] * row[j];
            }

            double mean = sum / measures.Count;
            double variance = Math.Max(0, (squares / measures.Count) - (mean * mean));
            means[j] = (float)mean;
            scales[j] = variance > 1e-9 ? (float)(1 / Math.Sqrt(variance)) : 0;
        }

        return new Standardization(means, scales);
    }

    /// <summary>Writes the standardized measures to the first half and their centred squares to the second.</summary>
    public void Apply(ReadOnlySpan<float> measures, Span<float> values)
    {
        for (int j = 0; j < PromptFeatures.Measures; j++)
        {
            float z = Math.Clamp((measures[j] - Means[j]) * Scales[j], -Clip, Clip);
            values[j] = z;
            values[PromptFeatures.Measures + j] = 0.5f * ((z * z) - 1);
        }
    }
}
