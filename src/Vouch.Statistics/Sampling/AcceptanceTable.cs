using System.Globalization;

namespace Vouch.Statistics.Sampling;

/// <summary>The single sampling plans of ISO 2859-1 for percent nonconforming: normal and tightened inspection, all inspection levels, quality limits from 0.010 to 6.5 percent.</summary>
/// <remarks>
/// <para>The tables are regular: sample sizes and quality limits are each a geometric series, and acceptance numbers are the same along every diagonal, on
/// which the product of the two is the same. That rule is what is kept here; the tables follow from it cell by cell, arrows included.</para>
/// <para>Reduced inspection is not offered. Pure functions, safe to call from any thread. Source: ISO 2859-1:1999, tables 1, 2-A and 2-B.</para>
/// </remarks>
public static class AcceptanceTable
{
    private const string Letters = "ABCDEFGHJKLMNPQRS";
    private const int Up = -1;
    private const int Down = -2;

    private static readonly long[] SampleSizes = [2, 3, 5, 8, 13, 20, 32, 50, 80, 125, 200, 315, 500, 800, 1250, 2000, 3150];
    private static readonly double[] Limits = [0.010, 0.015, 0.025, 0.040, 0.065, 0.10, 0.15, 0.25, 0.40, 0.65, 1.0, 1.5, 2.5, 4.0, 6.5];
    private static readonly long[] LotLimits = [8, 15, 25, 50, 90, 150, 280, 500, 1200, 3200, 10_000, 35_000, 150_000, 500_000];

    // From the diagonal of the zeros on; above it arrows point down, behind its last number they point up.
    private static readonly int[] NormalDiagonals = [0, Up, Down, 1, 2, 3, 5, 7, 10, 14, 21];
    private static readonly int[] TightenedDiagonals = [0, Down, Down, 1, 2, 3, 5, 8, 12, 18];

    // By lot size and inspection level.
    private static readonly string[] CodeLetters =
    [
        "AAAAAAB", "AAAAABC", "AABBBCD", "ABBCCDE", "BBCCCEF", "BBCDDFG", "BCDEEGH", "BCDEFHJ", "CCEFGJK", "CDEGHKL", "CDFGJLM", "CDFHKMN", "DEGJLNP", "DEGJMPQ", "DEHKNQR",
    ];

    /// <summary>Gets the tabulated acceptance quality limits, in percent, in ascending order.</summary>
    public static IReadOnlyList<double> QualityLimits { get; } = Array.AsReadOnly(Limits);

    /// <summary>The sample size code letter of a lot.</summary>
    /// <param name="lotSize">The number of items in the lot, 2 or more.</param>
    /// <param name="level">The inspection level.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static char CodeLetter(long lotSize, InspectionLevel level = InspectionLevel.GeneralTwo)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lotSize, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan((int)level, 0, nameof(level));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)level, (int)InspectionLevel.GeneralThree, nameof(level));
        int row = Array.FindIndex(LotLimits, limit => lotSize <= limit);
        return CodeLetters[row < 0 ? CodeLetters.Length - 1 : row][(int)level];
    }

    /// <summary>Finds the plan for a lot.</summary>
    /// <param name="lotSize">The number of items in the lot, 2 or more.</param>
    /// <param name="qualityLimit">The acceptance quality limit, in percent: one of <see cref="QualityLimits"/>.</param>
    /// <param name="severity">Normal or tightened inspection.</param>
    /// <param name="level">The inspection level.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range, or the quality limit is not tabulated.</exception>
    public static TabulatedPlan Find(
        long lotSize, double qualityLimit, InspectionSeverity severity = InspectionSeverity.Normal, InspectionLevel level = InspectionLevel.GeneralTwo)
    {
        char letter = CodeLetter(lotSize, level);
        int limit = Array.IndexOf(Limits, qualityLimit);
        if (limit < 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(qualityLimit), qualityLimit, string.Create(CultureInfo.InvariantCulture, $"The tabulated quality limits are {string.Join(", ", Limits.Select(Text))} percent."));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan((int)severity, 0, nameof(severity));
        ArgumentOutOfRangeException.ThrowIfGreaterThan((int)severity, (int)InspectionSeverity.Tightened, nameof(severity));
        int row = Follow(Letters.IndexOf(letter, StringComparison.Ordinal), limit, severity);
        return new TabulatedPlan(lotSize, qualityLimit, severity, letter, Letters[row], new AcceptancePlan(SampleSizes[row], Cell(row, limit, severity)));
    }

    private static string Text(double limit) => limit.ToString(CultureInfo.InvariantCulture);

    // Follows the arrows of a column to the plan that they lead to. Where an arrow would leave the table, the plan stands on the other side.
    private static int Follow(int row, int limit, InspectionSeverity severity)
    {
        int cell = Cell(row, limit, severity);
        if (cell >= 0)
        {
            return row;
        }

        int step = cell == Up ? -1 : 1;
        foreach (int direction in (int[])[step, -step])
        {
            for (int at = row + direction; at >= 0 && at < SampleSizes.Length; at += direction)
            {
                if (Cell(at, limit, severity) >= 0)
                {
                    return at;
                }
            }
        }

        throw new InvalidOperationException($"The column of the quality limit {Text(Limits[limit])} has no plan.");
    }

    private static int Cell(int row, int limit, InspectionSeverity severity)
    {
        int[] diagonals = severity == InspectionSeverity.Normal ? NormalDiagonals : TightenedDiagonals;
        int lastRow = SampleSizes.Length - (severity == InspectionSeverity.Normal ? 2 : 1);
        int diagonal = row + limit - (Limits.Length - 1) - (severity == InspectionSeverity.Normal ? 0 : 1);
        return diagonal < 0 ? Down
            : diagonal >= diagonals.Length || row > lastRow ? Up
            : diagonals[diagonal];
    }
}
