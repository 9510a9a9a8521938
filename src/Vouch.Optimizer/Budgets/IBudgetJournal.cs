namespace Vouch.Optimizer.Budgets;

/// <summary>Remembers spending across restarts: the seam between a <see cref="BudgetLedger"/> and a file, a database, or what a host has.</summary>
/// <remarks>
/// A ledger calls <see cref="Read"/> once, then <see cref="Append"/> in order, never two at once, under its lock and before money may be spent: once it returns the line must outlive the
/// process, and it should take microseconds. One journal serves one ledger.
/// </remarks>
public interface IBudgetJournal
{
    /// <summary>Reads all lines, oldest first.</summary>
    /// <returns>The lines; a journal may have summed up old ones as <see cref="BudgetEntryKind.Charged"/>.</returns>
    IReadOnlyList<BudgetEntry> Read();

    /// <summary>Writes a line.</summary>
    /// <param name="entry">The line.</param>
    /// <exception cref="IOException">It could not be written: the ledger then sets nothing aside, and the call is not made.</exception>
    void Append(in BudgetEntry entry);
}
