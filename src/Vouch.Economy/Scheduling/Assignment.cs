using System.Globalization;
using Vouch.Economy.Pricing;

namespace Vouch.Economy.Scheduling;

/// <summary>Where one job runs and what that costs.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class Assignment
{
    private readonly Segment[] _segments;
    private readonly PriceCurve _prices;

    internal Assignment(Job job, Segment[] segments, PriceCurve prices)
    {
        Job = job;
        _segments = segments;
        _prices = prices;
        foreach (Segment segment in segments)
        {
            Cost += job.Rate * prices.WindowCost(segment.Start, segment.Length);
        }

        int end = Math.Min(job.Deadline, prices.SlotCount);
        CostAtRelease = end - job.Release >= job.DurationSlots ? job.Rate * prices.WindowCost(job.Release, job.DurationSlots) : Cost;
    }

    /// <summary>Gets the job.</summary>
    public Job Job { get; }

    /// <summary>Gets the id of the job.</summary>
    public string JobId => Job.Id;

    /// <summary>Gets the pieces, in the order of time, at least one.</summary>
    public IReadOnlyList<Segment> Segments => _segments;

    /// <summary>Gets the first slot.</summary>
    public int Start => _segments[0].Start;

    /// <summary>Gets the slot after the last one.</summary>
    public int End => _segments[^1].End;

    /// <summary>Gets when the job starts.</summary>
    public DateTimeOffset StartTime => _prices.TimeOf(Start);

    /// <summary>Gets when the job ends.</summary>
    public DateTimeOffset EndTime => _prices.TimeOf(End);

    /// <summary>Gets what the job costs here.</summary>
    /// <value>Rate times the sum of the prices of its slots.</value>
    public double Cost { get; }

    /// <summary>Gets what the job would cost in one piece from its release on, with the pool to itself.</summary>
    public double CostAtRelease { get; }

    /// <summary>Gets the slots between the job's end and its deadline (or the end of the horizon where that is earlier).</summary>
    public int DeadlineSlack => Math.Min(Job.Deadline, _prices.SlotCount) - End;

    /// <summary>Says in words where the job runs and why that pays.</summary>
    /// <returns>One sentence, such as <c>frame-3 runs 2026-03-01 03:00 to 05:00 (+00:00): 41 % below its cost at release; 9 h before its deadline</c>.</returns>
    public string Explain()
    {
        double saved = CostAtRelease - Cost;
        string price = Start == Job.Release && _segments.Length == 1 ? "at its release"
            : CostAtRelease > 0 && saved >= 0 ? string.Create(CultureInfo.InvariantCulture, $"{saved / CostAtRelease:P0} below its cost at release")
            : string.Create(CultureInfo.InvariantCulture, $"cost {Cost:G6} against {CostAtRelease:G6} at release");
        string pieces = _segments.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $" in {_segments.Length} pieces") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{JobId} runs {StartTime:yyyy-MM-dd HH:mm} to {EndTime:yyyy-MM-dd HH:mm} ({StartTime:zzz}){pieces}: {price}; {(_prices.SlotLength * DeadlineSlack).TotalHours:0.##} h before its deadline");
    }
}
