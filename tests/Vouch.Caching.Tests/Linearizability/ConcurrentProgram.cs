namespace Vouch.Caching.Tests.Linearizability;

/// <summary>What a cache under test can do.</summary>
internal interface ICacheUnderTest
{
    int? Call(CacheCall call);
}

/// <summary>A list of calls for each of some threads, drawn from a seed; what was recorded of a run of it; and the smallest part of it that still fails.</summary>
internal sealed record ConcurrentProgram(CacheCall[][] Threads)
{
    public static ConcurrentProgram Draw(int seed, int threads, int calls, int keys)
    {
        var random = new Random(seed);
        int value = 0;
        return new ConcurrentProgram([.. Enumerable.Range(0, threads).Select(_ => Enumerable.Range(0, calls).Select(_ => random.Next(20) switch
        {
            < 7 => new CacheCall(CallKind.Get, random.Next(keys), 0),
            < 12 => new CacheCall(CallKind.Set, random.Next(keys), ++value),
            < 15 => new CacheCall(CallKind.Remove, random.Next(keys), 0),
            < 18 => new CacheCall(CallKind.GetOrAdd, random.Next(keys), ++value),
            18 => new CacheCall(CallKind.Clear, 0, 0),
            _ => new CacheCall(CallKind.Advance, 0, random.Next(1, 8)),
        }).ToArray())]);
    }

    /// <summary>Runs the threads at once and records what they saw.</summary>
    public List<CompletedCall> Run(ICacheUnderTest cache, int seed)
    {
        long clock = 0;
        using var start = new Barrier(Threads.Length);
        var calls = new List<CompletedCall>[Threads.Length];
        Thread[] threads = [.. Threads.Select((program, index) => new Thread(() =>
        {
            var random = new Random(HashCode.Combine(seed, index));
            var done = new List<CompletedCall>(program.Length);
            start.SignalAndWait();
            foreach (CacheCall call in program)
            {
                Thread.SpinWait(random.Next(40));
                long began = Interlocked.Increment(ref clock);
                int? result = cache.Call(call);
                done.Add(new CompletedCall(call, result, index, began, Interlocked.Increment(ref clock)));
            }

            calls[index] = done;
        }))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return [.. calls.SelectMany(done => done)];
    }

    /// <summary>Leaves calls out for as long as what is left still fails.</summary>
    public ConcurrentProgram Shrink(Func<ConcurrentProgram, bool> fails)
    {
        ConcurrentProgram smallest = this;
        bool shrunk;
        do
        {
            shrunk = false;
            for (int thread = 0; thread < smallest.Threads.Length && !shrunk; thread++)
            {
                for (int call = 0; call < smallest.Threads[thread].Length && !shrunk; call++)
                {
                    var smaller = new ConcurrentProgram([.. smallest.Threads.Select((calls, index) => index == thread ? [.. calls[..call], .. calls[(call + 1)..]] : calls)]);
                    if (fails(smaller))
                    {
                        (smallest, shrunk) = (smaller, true);
                    }
                }
            }
        }
        while (shrunk);
        return smallest;
    }

    public int Calls => Threads.Sum(calls => calls.Length);
}

/// <summary>The cache itself, with a time to live of five seconds on a clock that the program moves.</summary>
internal sealed class VouchCacheUnderTest(VouchCache<int, int> cache, LeapingClock clock) : ICacheUnderTest
{
    public int? Call(CacheCall call)
    {
        switch (call.Kind)
        {
            case CallKind.Get:
                return cache.TryGet(call.Key, out int value) ? value : null;
            case CallKind.Set:
                return (int)cache.Set(call.Key, call.Value);
            case CallKind.Remove:
                return cache.Remove(call.Key, out int removed) ? removed : null;
            case CallKind.GetOrAdd:
                return cache.GetOrAdd(call.Key, call.Value, static (_, value) => value);
            case CallKind.Clear:
                cache.Clear();
                return null;
            default:
                clock.Advance(TimeSpan.FromSeconds(call.Value));
                return null;
        }
    }
}
