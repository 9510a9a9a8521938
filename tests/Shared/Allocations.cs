namespace Vouch.TestData;

/// <summary>Measures what an action allocates once it is warm.</summary>
internal static class Allocations
{
    private const int Rounds = 100;

    /// <summary>
    /// The bytes that <paramref name="times"/> calls of <paramref name="action"/> allocate on this thread: the least of up to 100 rounds, ended by the first that allocates nothing.
    /// A single round would also count what is not the action's: the runtime's own objects while code is not compiled for good, and what other tests took from a shared pool.
    /// </summary>
    public static long Of(Action action, int times = 1000)
    {
        long least = long.MaxValue;
        for (int round = 0; round < Rounds && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                action();
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
