using System.Diagnostics;
using System.Globalization;
using Vouch.Core.Models;
using Vouch.Optimizer.Diagnostics;

namespace Vouch.Optimizer.Configuration;

/// <summary>Chooses the cheapest render configuration whose quality is known, with the stated confidence, to meet the target.</summary>
/// <remarks>
/// A candidate counts where a pilot was measured at its resolution scale and number of bounces; nothing is carried over from one series to another.
/// The result does not depend on the order of candidates or forecasts. Safe to share between threads. Cost: about a millisecond per candidate.
/// </remarks>
public sealed partial class ConfigurationOptimizer
{
    private const string Method = "cheapest candidate whose lower prediction bound meets the target";

    private readonly ConfigurationOptions _options;
    private readonly OptimizerMetrics? _metrics;

    /// <summary>Initializes an optimizer.</summary>
    /// <param name="options">The options, or null for the defaults.</param>
    public ConfigurationOptimizer(ConfigurationOptions? options = null)
        : this(options, null)
    {
    }

    internal ConfigurationOptimizer(ConfigurationOptions? options, OptimizerMetrics? metrics)
    {
        _options = options ?? new ConfigurationOptions();
        _metrics = metrics;
    }

    /// <summary>Chooses a configuration.</summary>
    /// <param name="request">The candidates, what is known about them, and what has to be kept.</param>
    /// <returns>The decision; <see cref="ConfigurationDecision.Outcome"/> says what it is worth. Missing evidence and unreachable targets are outcomes, not exceptions.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/>, a list in it or an element is null.</exception>
    /// <exception cref="ArgumentException">There is no candidate, or a price, cap or confidence is outside its range.</exception>
    public ConfigurationDecision Choose(ConfigurationRequest request)
    {
        Check(request);
        using Activity? activity = OptimizerTelemetry.Source.StartActivity("choose configuration");
        (double confidence, double required) = DemandOf(request);
        CandidateAssessment[] assessed = Assess(request, confidence);
        CandidateAssessment[] good = [.. assessed.Where(a => a.Quality?.Lower >= required)];
        CandidateAssessment? affordable = good.FirstOrDefault(a => IsWithinCap(a, request));
        (ConfigurationOutcome outcome, CandidateAssessment chosen) =
            affordable is not null ? (ConfigurationOutcome.Promised, affordable)
            : good.Length > 0 ? (ConfigurationOutcome.CapExceeded, good[0])
            : assessed.All(static a => a.HasEvidence) ? (ConfigurationOutcome.TargetUnreachable, Best(assessed))
            : (ConfigurationOutcome.InsufficientEvidence, Safest(assessed));

        ConfigurationDecision decision = Decide(request, outcome, chosen, assessed, required, confidence);
        activity?.SetTag(OptimizerTelemetry.OutcomeTag, outcome.ToString());
        _metrics?.RecordDecision(outcome);
        return decision;
    }

    private static ConfigurationDecision Decide(
        ConfigurationRequest request, ConfigurationOutcome outcome, CandidateAssessment chosen, CandidateAssessment[] assessed, double required, double confidence)
    {
        RejectedAlternative[] rejected = [.. assessed.Where(a => a != chosen).Select(a => Reject(a, request, required))];
        ConfidenceInterval? cost = request.PricePerCpuHour > 0 && chosen.CpuSeconds is { } seconds
            ? new ConfidenceInterval(Price(seconds.Estimate, request), Price(seconds.Lower, request), Price(seconds.Upper, request), seconds.Confidence, seconds.Method, seconds.SampleSize)
            : null;
        bool promised = outcome == ConfigurationOutcome.Promised;
        var reasons = new List<string>();
        if (chosen.Missing is { } missing)
        {
            reasons.Add($"No forecast for it: {missing}");
        }
        else if (!promised)
        {
            reasons.Add(Reject(chosen, request, required).Detail);
        }

        return new ConfigurationDecision
        {
            Outcome = outcome,
            Chosen = chosen.Configuration,
            Target = request.Target,
            Profile = request.Profile,
            RequiredQuality = required,
            Confidence = confidence,
            Quality = chosen.Quality,
            CpuSeconds = chosen.CpuSeconds,
            Cost = cost,
            Rejected = Array.AsReadOnly(rejected),
            Evidence = new Evidence(Method, chosen.Measurements, promised || outcome == ConfigurationOutcome.CapExceeded, chosen.Quality, reasons),
        };
    }

    private static RejectedAlternative Reject(CandidateAssessment candidate, ConfigurationRequest request, double required)
    {
        (RejectionReason reason, string detail) = candidate switch
        {
            { Missing: { } missing } => (RejectionReason.NoEvidence, missing),
            { Quality: { } quality } when quality.Lower < required => (RejectionReason.QualityTooLow, string.Create(CultureInfo.InvariantCulture,
                $"its quality is only known to be at least {quality.Lower:0.0000} (expected {quality.Estimate:0.0000}), {required - quality.Lower:0.0000} short of {required:0.####}.")),
            _ when !IsWithinCap(candidate, request) => (RejectionReason.OverCap, string.Create(CultureInfo.InvariantCulture,
                $"it may take up to {candidate.CpuSeconds!.Upper:G4} s{(request.PricePerCpuHour > 0 ? string.Create(CultureInfo.InvariantCulture, $" and cost {Price(candidate.CpuSeconds.Upper, request):G4}") : "")}, over the cap.")),
            _ => (RejectionReason.Dearer, string.Create(CultureInfo.InvariantCulture, $"it keeps the target too, at {candidate.CpuSeconds!.Estimate:G4} s.")),
        };
        return new RejectedAlternative(candidate.Configuration, reason, detail, candidate.Quality, candidate.CpuSeconds);
    }

    private static bool IsWithinCap(CandidateAssessment candidate, ConfigurationRequest request) =>
        !(candidate.CpuSeconds!.Upper > request.MaxCpuSeconds) && !(Price(candidate.CpuSeconds.Upper, request) > request.MaxCost);

    private static double Price(double cpuSeconds, ConfigurationRequest request) => cpuSeconds / 3600 * request.PricePerCpuHour;

    private static CandidateAssessment Best(CandidateAssessment[] assessed) =>
        assessed.OrderByDescending(static a => a.Quality!.Lower).ThenByDescending(static a => a.Configuration.SamplesPerPixel).First();

    private static CandidateAssessment Safest(CandidateAssessment[] assessed) => assessed
        .OrderByDescending(static a => a.Configuration.ResolutionScale)
        .ThenByDescending(static a => a.Configuration.SamplesPerPixel)
        .ThenByDescending(static a => a.Configuration.MaxBounces)
        .First();

    private static void Check(ConfigurationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(request.Forecasts, nameof(request));
        ArgumentNullException.ThrowIfNull(request.Candidates, nameof(request));
        if (request.Candidates.Count == 0)
        {
            throw new ArgumentException("There must be at least one candidate to choose from.", nameof(request));
        }

        if (request.Candidates.Any(static candidate => candidate is null) || request.Forecasts.Any(static forecast => forecast is null))
        {
            throw new ArgumentNullException(nameof(request), "Candidates and forecasts must not hold null.");
        }

        if (!Enum.IsDefined(request.Profile))
        {
            throw new ArgumentOutOfRangeException(nameof(request), request.Profile, "Not a defined profile.");
        }

        ThrowUnless(request.PricePerCpuHour >= 0 && double.IsFinite(request.PricePerCpuHour), request.PricePerCpuHour, "PricePerCpuHour is a finite number, 0 or more.");
        ThrowUnless(request.MaxCost is null or >= 0, request.MaxCost, "MaxCost is a number, 0 or more.");
        ThrowUnless(request.MaxCpuSeconds is null or >= 0, request.MaxCpuSeconds, "MaxCpuSeconds is a number, 0 or more.");
        ThrowUnless(request.Confidence is null or (>= 0.5 and <= 0.999), request.Confidence, "Confidence is a fraction in [0.5, 0.999].");

        static void ThrowUnless(bool holds, double? value, string message)
        {
            if (!holds)
            {
                throw new ArgumentOutOfRangeException(nameof(request), value, message);
            }
        }
    }

    private double ConfidenceOf(OptimizationProfile profile) => profile switch
    {
        OptimizationProfile.Quality => _options.QualityConfidence,
        OptimizationProfile.Economy => _options.EconomyConfidence,
        _ => _options.BalancedConfidence,
    };
}
