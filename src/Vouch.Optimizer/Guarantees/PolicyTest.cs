using Vouch.Core.Models;

namespace Vouch.Optimizer.Guarantees;

/// <summary>What the calibration found of one candidate policy.</summary>
/// <param name="Name">The candidate's name.</param>
/// <param name="MeanCost">Its mean cost per query over the calibration sample, in dollars.</param>
/// <param name="MeanQuality">Its mean quality over the sample.</param>
/// <param name="Margin">The mean of what the promise is about (quality minus what was promised) with its one-sided bound; at 0 or above the promise holds.</param>
/// <param name="PValue">The chance of evidence this strong if the promise did not hold, at most.</param>
/// <param name="Certified">Whether the promise is certified for it.</param>
public sealed record PolicyTest(string Name, double MeanCost, double MeanQuality, ConfidenceInterval Margin, double PValue, bool Certified);
