using System.Runtime.CompilerServices;

namespace Vouch.Observability.Metrics;

/// <summary>One cell per writer's number, made when it is first used.</summary>
internal sealed class Striped<T>
    where T : class, new()
{
    private readonly Lock _making = new();
    private T?[] _byNumber = new T?[4];
    private T[] _cells = [];

    /// <summary>Gets the cells made so far.</summary>
    public ReadOnlySpan<T> Cells => Volatile.Read(ref _cells);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Of(int slot)
    {
        T?[] cells = _byNumber;
        return (uint)slot < (uint)cells.Length && cells[slot] is { } cell ? cell : Make(slot);
    }

    // Both arrays are replaced when they grow; cells never move, so whoever reads an old array finds what it holds right.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private T Make(int slot)
    {
        lock (_making)
        {
            if (slot < _byNumber.Length && _byNumber[slot] is { } made)
            {
                return made;
            }

            var cell = new T();
            T?[] byNumber = _byNumber;
            if (slot >= byNumber.Length)
            {
                Array.Resize(ref byNumber, Math.Min(WriterSlot.Count, Math.Max(2 * byNumber.Length, slot + 1)));
            }

            Volatile.Write(ref byNumber[slot], cell);
            Volatile.Write(ref _byNumber, byNumber);
            Volatile.Write(ref _cells, [.. _cells, cell]);
            return cell;
        }
    }
}
