namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Where a job may run: one piece, or several in <see cref="Pieces"/>. <see cref="Guided"/> is the figure the search compared, <see cref="Cost"/> what it costs.</summary>
internal readonly record struct Placement(int Start, int End, Segment[]? Pieces, double Cost, double Guided)
{
    public static Placement None { get; } = new(-1, -1, null, double.PositiveInfinity, double.PositiveInfinity);

    public bool IsNone => Start < 0;
}
