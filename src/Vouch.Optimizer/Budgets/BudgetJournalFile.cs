namespace Vouch.Optimizer.Budgets;

/// <summary>Opens the journal that the options name, once, and closes it with the container.</summary>
internal sealed class BudgetJournalFile(string? path, TimeProvider time) : IDisposable
{
    private readonly FileBudgetJournal? _journal = path is null ? null : new FileBudgetJournal(path, null, time);

    public IBudgetJournal? Journal => _journal;

    public void Dispose() => _journal?.Dispose();
}
