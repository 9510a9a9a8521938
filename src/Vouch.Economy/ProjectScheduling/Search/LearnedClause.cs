namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>Limits of which at least one holds in every schedule that is short enough. The first two are watched.</summary>
internal sealed class LearnedClause(int[] sides, int[] values, int levels)
{
    /// <summary>The side of each limit, see <see cref="ExactSearch"/>.</summary>
    public int[] Sides { get; } = sides;

    /// <summary>What each side is at most.</summary>
    public int[] Values { get; } = values;

    /// <summary>From how many levels of decisions the limits came: few make a clause that is used often (G. Audemard and L. Simon, IJCAI 2009).</summary>
    public int Levels { get; } = levels;

    /// <summary>How much it was used lately.</summary>
    public double Use { get; set; }

    public bool IsDropped { get; set; }
}
