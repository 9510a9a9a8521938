namespace Vouch.Economy.Scheduling.Solver;

/// <summary>Where the slots and pieces of each job's run stand in flat arrays: as much room as its longest run needs. Immutable.</summary>
internal sealed class RunLayout
{
    public RunLayout(SolverModel model)
    {
        Slots = new int[model.JobCount + 1];
        Pieces = new int[model.JobCount + 1];
        Words = WindowKernel.WordsFor(model.SlotCount);
        for (int j = 0; j < model.JobCount; j++)
        {
            int window = Math.Max(0, model.HardDue[j] - model.Head[j]);
            PieceRule rule = model.Pieces[j];
            int pieces = rule.Kind == PieceKind.Pieces ? rule.MostPieces(model.Duration[j], window) : 1;
            int longest = (int)Math.Min(window, model.Duration[j] + ((long)rule.Overhead * (pieces - 1)));
            Slots[j + 1] = checked(Slots[j] + longest);
            Pieces[j + 1] = checked(Pieces[j] + pieces);
        }
    }

    /// <summary>Where the slots of each job begin; one entry more than jobs.</summary>
    public int[] Slots { get; }

    /// <summary>Where the piece lengths of each job begin; one entry more than jobs.</summary>
    public int[] Pieces { get; }

    /// <summary>The words of a bit set of slots.</summary>
    public int Words { get; }
}
