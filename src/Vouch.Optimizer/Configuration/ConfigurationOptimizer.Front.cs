using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <content>All that is worth choosing from.</content>
public sealed partial class ConfigurationOptimizer
{
    /// <summary>Finds the exact Pareto front of the candidates: expected time, expected quality, and the quality they are known to have at least.</summary>
    /// <param name="request">The candidates, what is known about them, and what has to be kept.</param>
    /// <returns>The front, cheapest first; candidates without evidence are not on it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/>, a list in it or an element is null.</exception>
    /// <exception cref="ArgumentException">There is no candidate, or a price, cap or confidence is outside its range.</exception>
    public IReadOnlyList<ConfigurationTradeoff> Front(ConfigurationRequest request)
    {
        Check(request);
        (double confidence, double required) = DemandOf(request);
        CandidateAssessment[] known = [.. Assess(request, confidence).Where(static assessment => assessment.HasEvidence)];
        double[] objectives = [.. known.SelectMany(static assessment => (double[])[assessment.CpuSeconds!.Estimate, -assessment.Quality!.Estimate, -assessment.Quality.Lower])];
        return [.. ParetoFront.Of(objectives, 3).Select(i => known[i]).OrderBy(static assessment => assessment.CpuSeconds!.Estimate)
            .Select(assessment => new ConfigurationTradeoff(assessment.Configuration, assessment.Quality!, assessment.CpuSeconds!, assessment.Quality!.Lower >= required))];
    }

    private (double Confidence, double Required) DemandOf(ConfigurationRequest request) => (
        request.Confidence ?? ConfidenceOf(request.Profile),
        request.Profile == OptimizationProfile.Quality ? request.Target.Value + (_options.QualityMargin * (1 - request.Target.Value)) : request.Target.Value);

    /// <summary>What is known of each candidate, cheapest first, in an order that does not depend on that of the request.</summary>
    private static CandidateAssessment[] Assess(ConfigurationRequest request, double confidence)
    {
        // The lower end of a two-sided interval at 2c - 1 is a one-sided bound at c.
        double twoSided = Math.Max((2 * confidence) - 1, 1e-6);
        var series = new Dictionary<(double, int), SeriesForecast>();
        foreach (SeriesForecast forecast in request.Forecasts)
        {
            series[(forecast.ResolutionScale, forecast.MaxBounces)] = forecast;
        }

        return [.. request.Candidates.Distinct()
            .Select(candidate => CandidateAssessment.Of(candidate, request.Target, series.GetValueOrDefault((candidate.ResolutionScale, candidate.MaxBounces)), twoSided))
            .OrderBy(static a => a.CpuSeconds?.Estimate ?? double.PositiveInfinity)
            .ThenByDescending(static a => a.Quality?.Lower ?? 0)
            .ThenByDescending(static a => a.Configuration.ResolutionScale)
            .ThenByDescending(static a => a.Configuration.SamplesPerPixel)
            .ThenByDescending(static a => a.Configuration.MaxBounces)];
    }
}
