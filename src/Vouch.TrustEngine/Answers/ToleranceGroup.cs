namespace Vouch.TrustEngine.Answers;

/// <summary>Answers that are the same within a tolerance.</summary>
/// <param name="Representative">The place of the member that stands for all, among the answers given.</param>
/// <param name="Members">The places of all members among the answers given, ascending.</param>
/// <param name="Radius">How far the farthest member lies from the representative, in units of the answers: the greatest difference of a component. 0 where all are equal.</param>
/// <remarks>Immutable and safe to share.</remarks>
public sealed record ToleranceGroup(int Representative, IReadOnlyList<int> Members, double Radius);
