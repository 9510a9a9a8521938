namespace Vouch.TrustEngine.Imaging;

/// <summary>The scores of one statistic: one row per exchange unit, one column per image, the candidate first. Rows are centred; rows that tell no images apart are left out.</summary>
internal sealed class ScoreTable(int labels)
{
    private readonly List<double> _scores = [];

    public int Labels { get; } = labels;

    public int Units => _scores.Count / Labels;

    public ReadOnlySpan<double> Scores => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_scores);

    public void Add(ReadOnlySpan<double> row)
    {
        double mean = 0, lowest = double.PositiveInfinity, highest = double.NegativeInfinity;
        foreach (double score in row)
        {
            mean += score / row.Length;
            lowest = Math.Min(lowest, score);
            highest = Math.Max(highest, score);
        }

        if (!(highest - lowest > 1e-12 * Math.Max(Math.Abs(highest), Math.Abs(lowest))) || !double.IsFinite(highest - lowest))
        {
            return;
        }

        foreach (double score in row)
        {
            _scores.Add(score - mean);
        }
    }

    public void AddAll(ScoreTable other) => _scores.AddRange(other._scores);
}
