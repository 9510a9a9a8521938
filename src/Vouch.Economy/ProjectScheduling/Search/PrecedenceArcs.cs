namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>The predecessors of each activity, one row after another.</summary>
internal sealed class PrecedenceArcs
{
    public PrecedenceArcs(int[][] rows)
    {
        Starts = new int[rows.Length + 1];
        for (int i = 0; i < rows.Length; i++)
        {
            Starts[i + 1] = Starts[i] + rows[i].Length;
        }

        Arcs = new int[Starts[^1]];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i].CopyTo(Arcs, Starts[i]);
        }
    }

    public int[] Starts { get; }

    public int[] Arcs { get; }

    public ReadOnlySpan<int> Of(int activity) => Arcs.AsSpan(Starts[activity], Starts[activity + 1] - Starts[activity]);
}
