using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Forecasting;

/// <summary>A schedule chosen to do well whichever way prices come, with what it may be worse than the best one known for each.</summary>
/// <param name="Schedule">The schedule, with its costs at the expected prices.</param>
/// <param name="ExpectedCost">Its mean cost over the scenarios.</param>
/// <param name="MeanRegret">How much it costs more than the best schedule found for a scenario, in the mean.</param>
/// <param name="WorstRegret">The same in the worst scenario.</param>
/// <param name="NominalMeanRegret">The mean regret of the schedule made for the expected prices alone: what planning on the forecast as if it were certain would have.</param>
/// <param name="Scenarios">The number of scenarios.</param>
public sealed record RobustPlan(Schedule Schedule, double ExpectedCost, double MeanRegret, double WorstRegret, double NominalMeanRegret, int Scenarios);
