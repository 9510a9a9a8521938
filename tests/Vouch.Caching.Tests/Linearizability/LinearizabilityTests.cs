using Vouch.Caching.Configuration;

namespace Vouch.Caching.Tests.Linearizability;

/// <summary>Calls on the cache at once look as if each had happened at one instant.</summary>
public sealed class LinearizabilityTests
{
    private const int Keys = 2;
    private const int SecondsToLive = 5;

    private readonly LinearizabilityChecker _checker = new(Keys, SecondsToLive);

    [Fact]
    public void Histories_OfSeededPrograms_AreLinearizable()
    {
        for (int seed = 0; seed < 2500; seed++)
        {
            ConcurrentProgram program = ConcurrentProgram.Draw(seed, threads: 3, calls: 8, Keys);
            List<CompletedCall> history = RunOnce(program, seed);
            if (!_checker.IsLinearizable(history))
            {
                ConcurrentProgram smallest = program.Shrink(smaller => Enumerable.Range(0, 300).Any(again => !_checker.IsLinearizable(RunOnce(smaller, seed + again))));
                Assert.Fail($"Seed {seed} is not linearizable:\n{string.Join('\n', history)}\nSmallest program found that fails too:\n"
                    + string.Join('\n', smallest.Threads.Select(calls => string.Join("; ", calls))));
            }
        }
    }

    [Fact]
    public void Checker_ReadOfAValueThatWasRemovedBefore_IsRefused()
    {
        CompletedCall[] history =
        [
            new(new(CallKind.Set, 0, 1), 0, 0, 1, 2),
            new(new(CallKind.Remove, 0, 0), 1, 1, 3, 4),
            new(new(CallKind.Get, 0, 0), 1, 0, 5, 6),
        ];

        _checker.IsLinearizable(history).Should().BeFalse();
        history[2] = history[2] with { Began = 2 };
        _checker.IsLinearizable(history).Should().BeTrue("the read may have come before the removal");
    }

    [Fact]
    public void Checker_ReadOfAnExpiredValue_IsRefused()
    {
        CompletedCall[] history =
        [
            new(new(CallKind.Set, 0, 1), 0, 0, 1, 2),
            new(new(CallKind.Advance, 0, SecondsToLive), null, 1, 3, 4),
            new(new(CallKind.Get, 0, 0), 1, 0, 5, 6),
        ];

        _checker.IsLinearizable(history).Should().BeFalse();
        history[1] = history[1] with { Call = new(CallKind.Advance, 0, SecondsToLive - 1) };
        _checker.IsLinearizable(history).Should().BeTrue();
    }

    [Fact]
    public void Checker_TwoFactoriesThatBothWon_IsRefused()
    {
        CompletedCall[] history =
        [
            new(new(CallKind.GetOrAdd, 0, 1), 1, 0, 1, 4),
            new(new(CallKind.GetOrAdd, 0, 2), 2, 1, 2, 3),
        ];

        _checker.IsLinearizable(history).Should().BeFalse();
    }

    // A cache with a fault that one thread alone shows, so that every run fails alike: the search must find it, and shrinking must leave little more than the two calls it takes.
    [Fact]
    public void Checker_OfACacheThatForgetsToRemove_FindsAndShrinksIt()
    {
        ConcurrentProgram program = Enumerable.Range(0, 1000).Select(seed => ConcurrentProgram.Draw(seed, threads: 1, calls: 16, Keys)).First(program => Fails(program));

        ConcurrentProgram smallest = program.Shrink(Fails);

        smallest.Calls.Should().BeLessThanOrEqualTo(4);
        smallest.Threads.SelectMany(calls => calls).Select(call => call.Kind).Should().Contain(CallKind.Remove);

        bool Fails(ConcurrentProgram program) => !_checker.IsLinearizable(program.Run(new ForgetfulCache(Make()), 1));
    }

    private static List<CompletedCall> RunOnce(ConcurrentProgram program, int seed) => program.Run(Make(), seed);

    private static VouchCacheUnderTest Make()
    {
        var clock = new LeapingClock();
        return new VouchCacheUnderTest(new VouchCache<int, int>(new CacheOptions { TimeToLive = TimeSpan.FromSeconds(SecondsToLive), Seed = 1 }, clock), clock);
    }

    private sealed class ForgetfulCache(ICacheUnderTest cache) : ICacheUnderTest
    {
        public int? Call(CacheCall call) => cache.Call(call.Kind == CallKind.Remove ? call with { Kind = CallKind.Get } : call);
    }
}
