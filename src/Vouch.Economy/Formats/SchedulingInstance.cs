using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Formats;

/// <summary>A problem read from a file, with what the file says beside it.</summary>
/// <param name="Name">The name of the instance.</param>
/// <param name="Problem">The problem.</param>
/// <param name="PriceForecast">The forecast of the prices, one per slot, where the file has one.</param>
/// <remarks>Job ids are the file's whole numbers as text.</remarks>
public sealed record SchedulingInstance(string Name, SchedulingProblem Problem, IReadOnlyList<double>? PriceForecast);
