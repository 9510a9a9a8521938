using Vouch.Core.Models;

namespace Vouch.TrustEngine.Replication;

/// <summary>The way back through the unverified results of a worker that was caught: newest first, until enough right ones in a row say that it had been honest before.</summary>
/// <remarks>
/// Not safe for concurrent use. What is found wrong is to be recalled: it was handed out. Ends after
/// <see cref="ReplicationOptions.LookBackPasses"/> right results in a row; of a worker that cheated on a share g of its results before that, a stretch
/// of so many right ones has a chance of (1 - g) to that power.
/// </remarks>
public sealed class LookBack
{
    private readonly IReadOnlyList<WorkUnitId> _units;
    private readonly int _passesToEnd;
    private readonly List<WorkUnitId> _wrong = [];
    private int _looked;
    private int _passes;

    internal LookBack(WorkerId worker, IReadOnlyList<WorkUnitId> newestFirst, int passesToEnd)
    {
        Worker = worker;
        _units = newestFirst;
        _passesToEnd = passesToEnd;
    }

    /// <summary>Gets the worker that was caught.</summary>
    public WorkerId Worker { get; }

    /// <summary>Gets all unverified results of the worker that are remembered, newest first.</summary>
    public IReadOnlyList<WorkUnitId> Units => _units;

    /// <summary>Gets the unit to check next, or null where the way back has ended.</summary>
    public WorkUnitId? Next => _passes >= _passesToEnd || _looked >= _units.Count ? null : _units[_looked];

    /// <summary>Gets how many results were looked at.</summary>
    public int Looked => _looked;

    /// <summary>Gets the units whose results were found wrong, newest first: to be recalled and done again.</summary>
    public IReadOnlyList<WorkUnitId> Wrong => _wrong.AsReadOnly();

    /// <summary>Takes what the check of <see cref="Next"/> showed.</summary>
    /// <param name="right">Whether the result is right.</param>
    /// <exception cref="InvalidOperationException">The way back has ended.</exception>
    public void Report(bool right)
    {
        WorkUnitId unit = Next ?? throw new InvalidOperationException("There is nothing left to look back at.");
        _looked++;
        _passes = right ? _passes + 1 : 0;
        if (!right)
        {
            _wrong.Add(unit);
        }
    }
}
