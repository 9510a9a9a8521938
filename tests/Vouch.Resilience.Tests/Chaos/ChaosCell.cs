using Vouch.Testing.Faults;

namespace Vouch.Resilience.Tests.Chaos;

internal enum ChaosOutcome
{
    Open,
    Right,
    Wrong,
    Failed,
}

internal sealed record ChaosRow(string Name, FaultKind Kind, string? PollyChaos);

internal sealed class ChaosRequest(TimeSpan begun)
{
    public TimeSpan Begun { get; } = begun;

    public ChaosOutcome Outcome { get; set; }

    public TimeSpan Took { get; set; }
}

/// <summary>What became of the requests under one fault and one policy, and what the oracle says to it.</summary>
internal sealed class ChaosCell
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(2);

    public ChaosCell(ChaosRow row, double intensity, ChaosPolicy policy, IReadOnlyList<ChaosRequest> requests, int attempts, string digest)
    {
        Row = row;
        Intensity = intensity;
        Policy = policy;
        Requests = requests.Count;
        Digest = digest;
        AttemptsPerRequest = (double)attempts / requests.Count;
        ChaosRequest[] during = [.. requests.Where(static request => request.Begun >= ChaosMatrix.FaultStart && request.Begun < ChaosMatrix.FaultEnd)];
        DuringCount = during.Length;
        Right = Share(during, ChaosOutcome.Right);
        Wrong = Share(during, ChaosOutcome.Wrong);
        Open = requests.Count(static request => request.Outcome == ChaosOutcome.Open);
        Slowest = requests.Max(static request => request.Took);
        RightBefore = Share([.. requests.Where(static request => request.Begun < ChaosMatrix.FaultStart - RequestTime / 2)], ChaosOutcome.Right);
        TimeSpan lastBad = requests.Where(static request => request.Outcome != ChaosOutcome.Right).Select(static request => request.Begun).DefaultIfEmpty().Max();
        Recovery = lastBad > ChaosMatrix.FaultEnd ? lastBad - ChaosMatrix.FaultEnd : TimeSpan.Zero;
    }

    public ChaosRow Row { get; }

    public double Intensity { get; }

    public ChaosPolicy Policy { get; }

    public int Requests { get; }

    public int DuringCount { get; }

    /// <summary>The share of the requests begun during the fault that were answered right in time.</summary>
    public double Right { get; }

    /// <summary>The share of those answered wrong.</summary>
    public double Wrong { get; }

    public double RightBefore { get; }

    public int Open { get; }

    public TimeSpan Slowest { get; }

    /// <summary>How long after the fault the last request began that was not answered right.</summary>
    public TimeSpan Recovery { get; }

    public double AttemptsPerRequest { get; }

    public string Digest { get; }

    /// <summary>What the oracle objects to; empty where nothing.</summary>
    public IReadOnlyList<string> Objections
    {
        get
        {
            var objections = new List<string>();
            double floor = ChaosOracle.Floor(Row, Intensity, Policy.TriesOthers);

            // Four standard errors of a share of this many requests.
            double tolerance = 4 * Math.Sqrt(Math.Max(floor * (1 - floor), 0.01) / DuringCount);
            if (Right < floor - tolerance)
            {
                objections.Add($"{Right:P1} right during the fault, at least {floor:P1} expected");
            }

            double lies = ChaosOracle.MostLies(Row, Intensity);
            if (Wrong > (lies == 0 ? 0 : lies + (4 * Math.Sqrt(lies * (1 - lies) / DuringCount))))
            {
                objections.Add($"{Wrong:P1} wrong, at most {lies:P1} expected");
            }

            if (RightBefore < 1)
            {
                objections.Add($"only {RightBefore:P1} right before the fault");
            }

            if (Recovery > RecoveryTime)
            {
                objections.Add($"not recovered {Recovery.TotalSeconds:F1} s after the fault");
            }

            if (Open > 0 || Slowest > RequestTime)
            {
                objections.Add($"a request took {Slowest.TotalSeconds:F1} s, {Open} never ended");
            }

            return objections;
        }
    }

    private static double Share(ChaosRequest[] requests, ChaosOutcome outcome) => (double)requests.Count(request => request.Outcome == outcome) / requests.Length;
}
