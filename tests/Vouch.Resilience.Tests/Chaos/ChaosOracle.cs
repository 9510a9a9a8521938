using Vouch.Testing.Faults;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>What must hold under a fault whatever the policy, worked out from what the fault is, not from runs.</summary>
internal static class ChaosOracle
{
    private const int Workers = 3;

    /// <summary>The least share of right answers during the fault. Each worker is first asked for a third of the requests.</summary>
    public static double Floor(ChaosRow row, double intensity, bool triesOthers)
    {
        if (row.Kind == FaultKind.Byzantine)
        {
            return 1 - MostLies(row, intensity);
        }

        if (row.Kind == FaultKind.Cascade)
        {
            // One more falls each 250 ms of the 3 s; where all have fallen nobody can help.
            int fallen = (int)Math.Ceiling(intensity * Workers);
            return fallen == Workers ? 2 * 0.25 / 3 * (triesOthers ? 1 : 0.5) : triesOthers ? 0.99 : 1 - ((double)fallen / Workers);
        }

        return triesOthers ? 0.99 : 1 - (FailsAtTheStruck(row, intensity) / Workers);
    }

    /// <summary>The greatest share of wrong answers: lies cannot be told from answers here; damage is noticed.</summary>
    public static double MostLies(ChaosRow row, double intensity) => row.Kind == FaultKind.Byzantine ? intensity / Workers : 0;

    /// <summary>At most this share of single attempts at the struck worker fails.</summary>
    private static double FailsAtTheStruck(ChaosRow row, double intensity) => row.Kind switch
    {
        FaultKind.Crash or FaultKind.LostRequests or FaultKind.LostAnswers or FaultKind.Error or FaultKind.Corruption => intensity,
        FaultKind.Loss => 1 - ((1 - intensity) * (1 - intensity)),
        FaultKind.Duplication or FaultKind.Reorder => 0,

        // A tenfold service time of 50 calls a second keeps five servers busy where there are four.
        FaultKind.Slow when 0.5 * (1 + (9 * intensity)) < 4 => 0,
        FaultKind.Delay when row.PollyChaos is not null => intensity,

        // Overload, held places, a clock that is off: everything at the struck worker may fail.
        _ => 1,
    };
}
