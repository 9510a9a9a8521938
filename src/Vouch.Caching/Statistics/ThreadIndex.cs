using System.Runtime.CompilerServices;

namespace Vouch.Caching.Statistics;

/// <summary>A small number for each thread, its own while it lives and given to another afterwards: whoever indexes by it needs no atomic instructions.</summary>
internal static class ThreadIndex
{
    /// <summary>Numbers from 1 to this - 1 belong to one thread each; number 0 is shared by the threads beyond.</summary>
    public const int Count = 256;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Returned = new();
    private static int _handedOut;

    // The number plus one; 0 before the thread asked first.
    [ThreadStatic]
    private static int _current;

    [ThreadStatic]
    private static Ownership? _ownership;

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
        int index = 0;
        lock (Gate)
        {
            if (!Returned.TryPop(out index) && _handedOut < Count - 1)
            {
                index = ++_handedOut;
            }
        }

        if (index != 0)
        {
            _ownership = new Ownership(index);
        }

        _current = index + 1;
        return index;
    }

    // Lives as long as its thread: only the thread's own storage refers to it. What the thread wrote comes before the finalizer, and that before the next owner (Gate).
    private sealed class Ownership(int index)
    {
        ~Ownership()
        {
            lock (Gate)
            {
                Returned.Push(index);
            }
        }
    }
}
