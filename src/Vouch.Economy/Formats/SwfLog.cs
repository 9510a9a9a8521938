using System.Globalization;
using Vouch.Core.Models;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Formats;

/// <summary>A job log: what its header says, and its jobs in the order of the file.</summary>
/// <param name="Header">The header's <c>; Name: value</c> lines, the first where a name stands twice; names compare without regard to case.</param>
/// <param name="Jobs">The jobs.</param>
public sealed record SwfLog(IReadOnlyDictionary<string, string> Header, IReadOnlyList<SwfJob> Jobs)
{
    /// <summary>Gets when second 0 of the log is, from the header's <c>UnixStartTime</c>, or null where it says nothing readable.</summary>
    public DateTimeOffset? Start =>
        Header.TryGetValue("UnixStartTime", out string? text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long seconds)
        && seconds is >= -62_135_596_800 and <= 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : null;

    /// <summary>Gets the number of processors, from the header's <c>MaxProcs</c>, else <c>MaxNodes</c>, or null.</summary>
    public long? MaxProcessors => Count("MaxProcs") ?? Count("MaxNodes");

    /// <summary>
    /// Turns the log into jobs on a price curve: released at the first slot after submission, run time (else requested time) rounded up to slots, processors used (else
    /// asked for) as demand, the number as id. Cost per slot grows with the processors.
    /// </summary>
    /// <param name="prices">The curve; second 0 of the log is its start.</param>
    /// <param name="patience">How long after its earliest end a job may end at the latest; null lets every job wait for the end of the curve.</param>
    /// <param name="penaltyPerProcessorSlot">The penalty of not running, per processor and slot of work; null for jobs that must run.</param>
    /// <param name="keepPrecedence">Whether a job waits for the preceding job that the log names, where that one is taken over too.</param>
    /// <returns>The jobs that have a run time and processors and fit between their submission and the end of the curve; the others are left out.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="prices"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="patience"/> is negative or the penalty is outside [0, <see cref="Job.MaxAmount"/>].</exception>
    public IReadOnlyList<Job> ToJobs(PriceCurve prices, TimeSpan? patience = null, double? penaltyPerProcessorSlot = null, bool keepPrecedence = false)
    {
        ArgumentNullException.ThrowIfNull(prices);
        if (patience is { } given)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(given, TimeSpan.Zero, nameof(patience));
        }

        if (penaltyPerProcessorSlot is { } penalty && !(penalty is >= 0 and <= Job.MaxAmount))
        {
            throw new ArgumentOutOfRangeException(nameof(penaltyPerProcessorSlot), penalty, "A penalty is a number of 0 or more.");
        }

        double slot = prices.SlotLength.TotalSeconds;
        long wait = patience is { } time ? (long)Math.Min(prices.SlotCount, Math.Floor(time.TotalSeconds / slot)) : prices.SlotCount;
        var taken = new Dictionary<long, Job>(Jobs.Count);
        var jobs = new List<Job>(Jobs.Count);
        foreach (SwfJob job in Jobs)
        {
            double release = Math.Ceiling(job.Submit / slot);
            double length = Math.Max(1, Math.Ceiling((job.RunTime ?? job.RequestedTime ?? -1) / slot));
            if ((job.RunTime ?? job.RequestedTime) is not > 0 || (job.Processors ?? job.RequestedProcessors) is not { } processors || processors < 1
                || release + length > prices.SlotCount)
            {
                continue;
            }

            string[] predecessors = keepPrecedence && job.PrecedingJob is { } before && taken.ContainsKey(before) ? [before.ToString(CultureInfo.InvariantCulture)] : [];
            var made = new Job(
                job.Number.ToString(CultureInfo.InvariantCulture),
                (int)length,
                processors,
                (int)release,
                (int)Math.Min(prices.SlotCount, release + length + wait),
                Priority.Normal,
                processors,
                penaltyPerProcessorSlot is { } each ? Math.Min(Job.MaxAmount, each * processors * length) : null,
                preemption: null,
                predecessors);
            taken.Add(job.Number, made);
            jobs.Add(made);
        }

        return jobs;
    }

    private long? Count(string name) =>
        Header.TryGetValue(name, out string? text) && long.TryParse(text.Split(' ')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0 ? count : null;
}
