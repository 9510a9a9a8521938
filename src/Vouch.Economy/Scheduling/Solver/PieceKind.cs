namespace Vouch.Economy.Scheduling.Solver;

internal enum PieceKind
{
    /// <summary>One piece.</summary>
    One,

    /// <summary>Any free slots: as many pieces as slots, no overhead, no least length.</summary>
    AnySlots,

    /// <summary>Pieces under the general rule; found by dynamic programming.</summary>
    Pieces,
}
