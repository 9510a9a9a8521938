using System.Runtime.CompilerServices;

namespace Vouch.Observability.Metrics;

/// <summary>One cell per writer's number, made when it is first used.</summary>
internal sealed class Striped<T>
    where T : class, new()
{
    private readonly T?[] _cells = new T?[WriterSlot.Count];

    /// <summary>Gets the cells; null where a number was never used.</summary>
    public ReadOnlySpan<T?> Cells => _cells;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(int slot) => _cells[slot] ?? Create(slot);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private T Create(int slot)
    {
        var cell = new T();
        return Interlocked.CompareExchange(ref _cells[slot], cell, null) ?? cell;
    }
}
