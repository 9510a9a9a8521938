namespace Vouch.Optimizer.Prediction;

/// <summary>The scores of labelled prompts as a table of centred numbers; what was not tried is filled in with what the prompt's other scores suggest.</summary>
internal sealed class TargetTable
{
    public TargetTable(IReadOnlyList<LabelledPrompt> prompts, int count)
    {
        Count = count;
        Rows = prompts.Count;
        Width = (count + 15) / 16 * 16;
        Means = new double[count];
        Labels = new int[count];
        Scores = new float[Rows * Width];
        Known = new bool[Rows * Width];
        for (int t = 0; t < count; t++)
        {
            for (int i = 0; i < Rows; i++)
            {
                double score = prompts[i].Scores[t];
                if (!double.IsNaN(score))
                {
                    Means[t] += score;
                    Labels[t]++;
                }
            }

            Means[t] /= Math.Max(1, Labels[t]);
        }

        for (int i = 0; i < Rows; i++)
        {
            Fill(prompts[i], i);
        }
    }

    public int Count { get; }

    public int Rows { get; }

    /// <summary>Gets the number of columns, padded with zeros to whole vectors.</summary>
    public int Width { get; }

    public double[] Means { get; }

    public int[] Labels { get; }

    /// <summary>Gets the scores minus their target's mean, row-major.</summary>
    public float[] Scores { get; }

    public bool[] Known { get; }

    private void Fill(LabelledPrompt prompt, int row)
    {
        double shared = 0;
        int known = 0;
        for (int t = 0; t < Count; t++)
        {
            double score = prompt.Scores[t];
            if (!double.IsNaN(score))
            {
                Scores[(row * Width) + t] = (float)(score - Means[t]);
                Known[(row * Width) + t] = true;
                shared += score - Means[t];
                known++;
            }
        }

        // Shrunk to zero by one pseudo-observation.
        float filled = (float)(shared / (known + 1));
        for (int t = 0; t < Count && known < Count; t++)
        {
            if (!Known[(row * Width) + t])
            {
                Scores[(row * Width) + t] = filled;
            }
        }
    }
}
