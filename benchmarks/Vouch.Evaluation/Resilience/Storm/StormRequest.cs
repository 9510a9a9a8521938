namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>A request of the model.</summary>
internal sealed class StormRequest(long arrived, long deadline, int number)
{
    public long Arrived => arrived;

    public long Deadline => deadline;

    public int Number => number;

    public int Attempts { get; set; }

    public bool IsDone { get; set; }
}
