using FsCheck;
using FsCheck.Fluent;
using Vouch.Execution.Jobs;
using Vouch.Execution.Results;
using Vouch.Execution.Verification;
using Vouch.Statistics.Intervals;
using Vouch.Testing;
using Vouch.TrustEngine.Reputation;
using Behavior = Vouch.Testing.WorkerBehavior<int, long>;

namespace Vouch.Execution.Tests;

/// <summary>The promises over many random jobs: the share of wrong results, and that every run ends with its books in order.</summary>
public class PromiseTests
{
    [Fact]
    public async Task Accepted_ThirdOfTheWorkersLiesInAnyWay_AreWrongNoMoreOftenThanTheErrorBudget()
    {
        const double Budget = 0.01;
        var random = new Random(20_261_121);
        long accepted = 0;
        long wrong = 0;
        double promised = 0;
        for (ulong seed = 1; seed <= 300; seed++)
        {
            IEnumerable<FakeWorker<int, long>> liars = Enumerable.Range(0, 2).Select(i => Squares.Worker($"liar{i}", Liar(random)));
            await using VerifiedRun<long> run = Executors.With().Start(Squares.Job(20, seed: seed, errorBudget: Budget), Squares.Pool([.. Squares.Honest(4), .. liars]), new Squares.SpotCheck(power: 0.9));
            List<VerifiedResult<long>> results = await Squares.AllAsync(run);
            accepted += results.Count;
            wrong += results.Count(static result => !Squares.IsRight(result));
            promised += results.Sum(static result => result.ErrorProbability);
        }

        accepted.Should().BeGreaterThan(5900);
        BinomialInterval.ClopperPearsonLower(wrong, accepted, 0.999).Should().BeLessThanOrEqualTo(Budget, "{0} of {1} accepted results are wrong", wrong, accepted);
        ((double)wrong / accepted).Should().BeLessThanOrEqualTo(Budget);
        (promised / accepted).Should().BeLessThanOrEqualTo(Budget);
    }

    [Fact]
    public void Start_AnyPoolAnyVerifier_EndsWithItsBooksInOrder()
    {
        Gen<Setting> settings =
            from pool in Gen.Choose(0, 8).ListOf(6)
            from size in Gen.Choose(1, 6)
            from units in Gen.Choose(1, 12)
            from power in Gen.Elements(0.0, 0.1, 0.5, 0.9, 0.999)
            from alarm in Gen.Elements(1e-9, 1e-3, 0.05, 0.4)
            from share in Gen.Elements(0.0, 0.1, 1.0, 3.0)
            from can in Gen.Choose(0, 2)
            from budget in Gen.Elements(1e-9, 1e-3, 0.1, 0.49)
            from cap in Gen.Elements(double.PositiveInfinity, 3, 11.5)
            from depth in Gen.Choose(1, 4)
            from seed in Gen.Choose(0, int.MaxValue)
            select new Setting([.. pool.Take(size)], units, power, alarm, share, can != 1, can != 0, budget, cap, depth, (ulong)seed);

        Prop.ForAll(Arb.From(settings), static setting => EndsInOrder(setting).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_261_121UL, 1UL));
    }

    private static Behavior Liar(Random random)
    {
        int offset = random.Next(1, 1000);
        Behavior lie = random.Next(4) switch
        {
            0 => Behavior.Lie(n => n + offset),
            1 => Behavior.Lie((n, draw) => n + draw.Next(1, 1000)),
            2 => Behavior.Stale,
            _ => Behavior.Collude(offset, (n, draw) => n + draw.Next(1, 10)),
        };
        return random.Next(3) switch
        {
            0 => lie,
            1 => lie.WithProbability(0.05 + (0.9 * random.NextDouble())),
            _ => lie.After(random.Next(1, 12)),
        };
    }

    private static async Task<bool> EndsInOrder(Setting setting)
    {
        FakeWorker<int, long>[] workers = [.. setting.Pool.Select((kind, i) => Squares.Worker($"w{i}", Kind(kind), capacity: 1 + (i % 2)))];
        IResultVerifier<int, long> verifier = setting.CanCheck
            ? new Squares.SpotCheck(setting.Power, setting.FalseAlarm, setting.Share, setting.CanCompare)
            : new AgreementVerifier<int, long>(findDefect: static (_, result) => result < 0 ? "A square is not negative." : null);
        var job = new VerifiedJob<int>("any", Squares.Units(setting.Units)) { Seed = setting.Seed, ErrorBudget = setting.Budget, CostCap = setting.Cap };
        VerifiedExecutor executor = Executors.With(
            new ExecutionOptions { QueueDepth = setting.Depth, MaxConcurrentChecks = 2 },
            ledger: new ReputationLedger(new ReputationOptions { MinFailures = 1 + (int)(setting.Seed % 2) }));

        await using VerifiedRun<long> run = executor.Start(job, Squares.Pool(workers), verifier);
        JobReport report = await run.Completion.WaitAsync(TimeSpan.FromSeconds(60));
        List<VerifiedResult<long>> results = await Squares.AllAsync(run);

        CostTests.AddUp(report, workers);
        report.Accepted.Should().Be(results.Count);
        results.Select(static result => result.UnitId).Concat(report.Unresolved.Select(static unit => unit.UnitId)).Should().BeEquivalentTo(job.Units.Select(static unit => unit.Id));
        results.Should().NotContain(result => result.ErrorProbability > setting.Budget);
        report.Cost.Total.Should().BeLessThanOrEqualTo(setting.Cap);
        (report.Outcome == JobOutcome.Completed).Should().Be(report.Unresolved.Count == 0);
        report.Unresolved.Should().NotContain(unit => unit.Reason.Length == 0);
        workers.Should().OnlyContain(worker => worker.PeakConcurrency <= worker.Capacity);
        return true;
    }

    private static Behavior? Kind(int kind) => kind switch
    {
        0 => Behavior.Crash(),
        1 => Behavior.Crash().WithProbability(0.4),
        2 => Behavior.Lie(static n => n + 1),
        3 => Behavior.Lie(static n => n + 1).WithProbability(0.3),
        4 => Behavior.Lie(static _ => -1).WithProbability(0.2),
        5 => Behavior.Stale,
        _ => null,
    };

    private sealed record Setting(
        int[] Pool, int Units, double Power, double FalseAlarm, double Share, bool CanCheck, bool CanCompare, double Budget, double Cap, int Depth, ulong Seed)
    {
        public override string ToString() => $"{{ Pool = [{string.Join(", ", Pool)}], {Units} units, power {Power}, alarm {FalseAlarm}, share {Share}, check {CanCheck}, compare {CanCompare}, budget {Budget}, cap {Cap}, depth {Depth}, seed {Seed} }}";
    }
}
