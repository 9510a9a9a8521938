using Vouch.Core.Models;

namespace Vouch.Optimizer.Configuration;

/// <summary>A candidate that was not chosen, with the figures that decided it.</summary>
/// <param name="Configuration">The candidate.</param>
/// <param name="Reason">Why it was not chosen.</param>
/// <param name="Detail">The same in words, with numbers.</param>
/// <param name="Quality">Its predicted quality, or null where there is no evidence.</param>
/// <param name="CpuSeconds">Its predicted processor time in seconds, or null where there is no evidence.</param>
public sealed record RejectedAlternative(
    RenderConfiguration Configuration,
    RejectionReason Reason,
    string Detail,
    ConfidenceInterval? Quality,
    ConfidenceInterval? CpuSeconds);
