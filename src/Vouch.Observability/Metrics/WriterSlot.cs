using System.Runtime.CompilerServices;

namespace Vouch.Observability.Metrics;

/// <summary>A small number for each thread, its own while it lives and given to another afterwards: who counts in a cell of that number needs no atomic instruction.</summary>
internal static class WriterSlot
{
    /// <summary>Numbers from 1 to this - 1 belong to one thread each; number 0 is shared by the threads beyond.</summary>
    public const int Count = 64;

    /// <summary>The number that threads share.</summary>
    public const int Shared = 0;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Returned = new();
    private static int _handedOut;

    // The number plus one; 0 before the thread asked first.
    [ThreadStatic]
    private static int _current;

    [ThreadStatic]
    private static Ownership? _ownership;

    /// <summary>Gets the current thread's number plus one, or 0 where it has none yet.</summary>
    public static int Known
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _current;
    }

    /// <summary>Gets the current thread's number.</summary>
    public static int Current
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            int current = _current;
            return current != 0 ? current - 1 : Assign();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Assign()
    {
        int slot = Shared;
        lock (Gate)
        {
            if (!Returned.TryPop(out slot) && _handedOut < Count - 1)
            {
                slot = ++_handedOut;
            }
        }

        if (slot != Shared)
        {
            _ownership = new Ownership(slot);
        }

        _current = slot + 1;
        return slot;
    }

    // Lives as long as its thread: only the thread's own storage refers to it. What the thread wrote comes before the finalizer, and that before the next owner (Gate).
    private sealed class Ownership(int slot)
    {
        ~Ownership()
        {
            lock (Gate)
            {
                Returned.Push(slot);
            }
        }
    }
}
