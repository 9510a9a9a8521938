using Vouch.Economy.ProjectScheduling;

namespace Vouch.Economy.Formats;

/// <summary>A project read from a file, with what the file says beside it.</summary>
/// <param name="Name">The name of the instance: the file's name without its ending, or empty.</param>
/// <param name="Problem">The project; its activities carry the file's job numbers as ids, in the file's order, both dummies included.</param>
/// <param name="Horizon">The horizon that the file states: an upper bound on the makespan, or null.</param>
/// <param name="DueDate">The due date of the project that the file states, or null.</param>
public sealed record ProjectInstance(string Name, ProjectProblem Problem, int? Horizon, int? DueDate);
