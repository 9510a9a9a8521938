namespace Vouch.Economy.ProjectScheduling;

/// <summary>A makespan that no schedule can be below, and how it was proven.</summary>
/// <param name="Value">The bound, in slots.</param>
/// <param name="Method">The name of the method: <c>critical path</c>, <c>resource capacity</c>, <c>energetic reasoning</c> or <c>exhaustive search</c>.</param>
public sealed record ProjectBound(int Value, string Method);
