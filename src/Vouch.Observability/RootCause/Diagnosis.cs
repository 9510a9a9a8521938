using Vouch.Core.Models;

namespace Vouch.Observability.RootCause;

/// <summary>Who is to blame, or that nobody can be told.</summary>
/// <param name="IsConclusive">Whether the first suspect is accused beyond <see cref="RootCauseOptions.FalseAccusationRate"/>; false says <i>don't know</i>.</param>
/// <param name="Suspects">The services by strength, strongest first, also where nothing is conclusive; empty where there was too little to compare.</param>
/// <param name="Evidence">The method, how many traces it rests on and the reasons in words.</param>
public sealed record Diagnosis(bool IsConclusive, IReadOnlyList<Suspect> Suspects, Evidence Evidence)
{
    /// <summary>Gets the first suspect, or null where the diagnosis is not conclusive.</summary>
    public Suspect? Cause => IsConclusive ? Suspects[0] : null;

    /// <summary>Returns the diagnosis in one line.</summary>
    public override string ToString() => Cause is { } cause ? cause.ToString() : $"Don't know: {Evidence.Reasons[0]}";
}
