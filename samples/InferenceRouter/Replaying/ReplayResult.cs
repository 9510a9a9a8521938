using InferenceRouter.Outcomes;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Prediction;

namespace InferenceRouter.Replaying;

/// <summary>A way to route, as measured on queries that nothing was fitted or certified on.</summary>
internal sealed record MeasuredPoint(string Name, double CostPerThousand, double Quality);

/// <summary>Predictions of about the same chance, and how often they came true.</summary>
internal sealed record ReliabilityBin(double Predicted, double Observed, int Count);

/// <summary>How much of the traffic an endpoint got, and its own figures.</summary>
internal sealed record EndpointShare(string Endpoint, string Tier, double Quality, double CostPerThousand, double Share, bool IsDominated);

/// <summary>How fast decisions were.</summary>
internal sealed record DecisionSpeed(double PerSecond, TimeSpan Median, TimeSpan SlowestInAHundred);

/// <summary>Everything the report tells.</summary>
internal sealed record ReplayResult(
    ReplayRequest Request,
    OutcomeTable Table,
    OutcomeModel Model,
    CalibrationArtefact Calibration,
    IReadOnlyList<MeasuredPoint> Frontier,
    IReadOnlyList<MeasuredPoint> Hull,
    MeasuredPoint Best,
    MeasuredPoint Routed,
    IReadOnlyList<EndpointShare> Endpoints,
    IReadOnlyList<ReliabilityBin> Reliability,
    double CalibrationError,
    int Train,
    int Calibrated,
    int Measured,
    double FitSeconds,
    DecisionSpeed Speed,
    int Replayed,
    int Identical,
    DecisionRecord Sample,
    bool IsMonitorQuiet)
{
    public double Promised => Request.Fraction * Best.Quality;

    /// <summary>Whether the promise held on the measured queries; a safe tier that serves keeps it by being the best.</summary>
    public bool IsPromiseKept => Routed.Quality >= Promised;

    public double Saving => Best.CostPerThousand > 0 ? 1 - (Routed.CostPerThousand / Best.CostPerThousand) : 0;
}
