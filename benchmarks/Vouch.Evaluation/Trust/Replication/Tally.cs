namespace Vouch.Evaluation.Trust.Replication;

/// <summary>What one simulated job came to.</summary>
/// <param name="Units">Units handed out.</param>
/// <param name="Executions">Times that a worker did a unit, discarded results included.</param>
/// <param name="CheckWork">The work of all checks, in executions: spot checks, confirmations, looks back.</param>
/// <param name="Wrong">Wrong results handed out.</param>
/// <param name="WrongLeft">Those of them that no look back has found.</param>
/// <param name="HonestSuspended">Honest workers that were suspended.</param>
internal readonly record struct Tally(int Units, double Executions, double CheckWork, int Wrong, int WrongLeft, int HonestSuspended)
{
    public double Factor => (Executions + CheckWork) / Units;

    public double WrongShare => (double)Wrong / Units;

    public double WrongLeftShare => (double)WrongLeft / Units;
}
