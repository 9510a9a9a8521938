namespace Vouch.Observability.Slo;

/// <summary>Why a text is not an objective.</summary>
/// <param name="Column">Where it ceases to be one, counted from 1.</param>
/// <param name="Found">What stands there; empty at the end of the text.</param>
/// <param name="Expected">What would have been accepted.</param>
public sealed record ObjectiveError(int Column, string Found, string Expected)
{
    /// <summary>Returns the error as a sentence.</summary>
    public override string ToString() => Found.Length == 0 ? $"It ends at column {Column}; expected {Expected}." : $"At column {Column}, '{Found}': expected {Expected}.";
}
