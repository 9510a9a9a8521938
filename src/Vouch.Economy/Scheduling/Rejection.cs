namespace Vouch.Economy.Scheduling;

/// <summary>A job that does not run, and what that costs.</summary>
/// <param name="Job">The job.</param>
/// <param name="Penalty">The cost of not running it.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record Rejection(Job Job, double Penalty, string Reason)
{
    /// <summary>Gets the id of the job.</summary>
    public string JobId => Job.Id;
}
