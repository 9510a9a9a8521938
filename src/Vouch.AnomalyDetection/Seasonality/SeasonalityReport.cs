namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>What a search for seasons found.</summary>
/// <param name="Answer">Whether there is a season, and if not, why.</param>
/// <param name="Seasons">The seasons, the one to model first at the front; empty where there is none.</param>
/// <param name="Step">The usual distance between two observations, in the unit of the times; 0 where it is not known.</param>
/// <param name="PeriodsTried">How many periods were put to the test.</param>
public sealed record SeasonalityReport(SeasonAnswer Answer, IReadOnlyList<Season> Seasons, double Step, int PeriodsTried)
{
    /// <summary>Gets the season to model first, or nothing.</summary>
    public Season? Primary => Seasons.Count > 0 ? Seasons[0] : null;
}
