using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Replication;

public sealed class ReplicationPolicyTests
{
    private static readonly WorkerId Ann = new("ann");

    // The promise itself, by force: 200 jobs of 2000 results on ten workers, four of them cheats who see the rate and cheat all out, slowly, or only while it is low.
    [Theory]
    [InlineData(1.0, 1.0)]
    [InlineData(0.1, 1.0)]
    [InlineData(1.0, 0.26)]
    public void Decide_CheatsWhoKnowTheRules_ExpectedWrongStaysWithinTheBudget(double cheatRate, double onlyBelow)
    {
        const int Jobs = 200, Units = 2000;
        const double Budget = 0.005;
        var wrongs = new double[Jobs];
        for (int job = 0; job < Jobs; job++)
        {
            var random = new Random((job * 31) + 7);
            ReplicationPolicy policy = Policy(job, new ReplicationOptions { ErrorBudget = Budget, PlannedResults = Units });
            int handedOut = 0, wrong = 0;
            for (int i = 0; handedOut < Units; i++)
            {
                int worker = random.Next(10);
                var id = new WorkerId($"w{worker}");
                bool lies = worker < 4 && !policy.Ledger.IsOnProbation(id) && policy.State().Rate <= onlyBelow && random.NextDouble() < cheatRate;
                VerificationOrder order = policy.Decide(new WorkUnitId($"u{i}"), id, new VerificationMeans());
                if (order.Step == VerificationStep.Check && lies)
                {
                    policy.Refute(order, "test");
                }
                else if (order.Step != VerificationStep.Refuse)
                {
                    if (order.Step == VerificationStep.Check)
                    {
                        policy.Confirm(order);
                    }

                    handedOut++;
                    wrong += lies ? 1 : 0;
                }
            }

            policy.State().EstimatedWrong.Should().BeLessThanOrEqualTo(Budget * Units + 1e-9);
            wrongs[job] = wrong;
        }

        double mean = wrongs.Average();
        double error = Math.Sqrt(wrongs.Sum(value => Math.Pow(value - mean, 2)) / (Jobs - 1) / Jobs);
        mean.Should().BeGreaterThan(0, "the cheats must have had a chance");
        (mean - (4 * error)).Should().BeLessThanOrEqualTo(Budget * Units);
    }

    // Whatever is drawn, caught, left pending or abandoned: the charges never pass the budget, so neither does their expectation.
    [Fact]
    public void Decide_AnyHistory_ChargesStayWithinTheBudget()
    {
        Prop.ForAll(
            Arb.From(Gen.Choose(0, 9).ListOf(300)),
            Arb.From(Gen.Choose(1, 100_000)),
            Arb.From(Gen.Elements(0.3, 0.8, 1.0)),
            (events, seed, power) =>
            {
                ReplicationPolicy policy = Policy(seed, new ReplicationOptions { ErrorBudget = 0.02, PlannedResults = seed % 2 == 0 ? 300 : 0, MaxVerifications = 100 }, probation: 2);
                var open = new Queue<VerificationOrder>();
                int unit = 0;
                foreach (int happens in events)
                {
                    VerificationOrder order = policy.Decide(new WorkUnitId($"u{unit}"), new WorkerId($"w{unit++ % 7}"), new VerificationMeans(1, power, happens == 9 ? 0.5 : double.PositiveInfinity));
                    if (order.Step is VerificationStep.Check or VerificationStep.Replicate)
                    {
                        open.Enqueue(order);
                    }

                    if (happens > 3 && open.TryDequeue(out VerificationOrder? done))
                    {
                        switch (happens)
                        {
                            case 4:
                                policy.Refute(done, "test");
                                policy.Ledger.Reinstate(done.Worker);
                                break;
                            case 5:
                                policy.Abandon(done);
                                break;
                            default:
                                policy.Confirm(done);
                                break;
                        }
                    }

                    ReplicationStatement state = policy.State();
                    if (state.PromiseHolds && state.EstimatedWrong > state.Budget + 1e-9)
                    {
                        return false;
                    }
                }

                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Decide_NobodyCheats_CostsAboutThreeOverTheBudgetAndTheProbations()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { ErrorBudget = 0.001, PlannedResults = 100_000 });

        int checks = Run(policy, units: 100_000, workers: 20);

        // 3 / 0.001 and 20 probations of 10; standard deviation 55.
        checks.Should().BeInRange(3200 - 250, 3200 + 250);
        policy.State().Should().Match<ReplicationStatement>(static state => state.EstimatedWrong == 0 && state.PromiseHolds && state.HandedOut == 100_000);
    }

    [Fact]
    public void Decide_PlanUnknown_PromiseHoldsFromTheFirstResultOn()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { ErrorBudget = 0.01 }, probation: 0);

        policy.Decide(new WorkUnitId("u0"), Ann, new VerificationMeans()).CatchProbability.Should().Be(1, "nothing is handed out yet, so nothing may be wrong");
        int checks = Run(policy, units: 20_000, workers: 5);

        // Sum of 3 / (3 + 0.01 t): 300 ln(1 + 20000 / 300).
        checks.Should().BeInRange((int)(1265 * 0.85), (int)(1265 * 1.15));
    }

    [Fact]
    public void Decide_Newcomer_IsCheckedUntilProbationIsOver()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 10_000_000 });
        for (int i = 0; i < 10; i++)
        {
            VerificationOrder order = policy.Decide(new WorkUnitId($"u{i}"), Ann, new VerificationMeans(1, 1, 0.1));
            (order.Step, order.OnProbation, order.Rate).Should().Be((VerificationStep.Check, true, 1), "agreement with others proves nothing about a newcomer");
            order.Explain().Should().Contain("on probation");
            policy.Confirm(order);
        }

        policy.Decide(new WorkUnitId("u10"), Ann, new VerificationMeans()).OnProbation.Should().BeFalse();
    }

    [Fact]
    public void Refute_Worker_IsSuspendedAndTheRateRisesForEveryone()
    {
        ReplicationPolicy policy = Policy(3, new ReplicationOptions { PlannedResults = 100_000, ErrorBudget = 0.01 });
        Run(policy, units: 5000, workers: 5);
        double before = policy.State().Rate;
        VerificationOrder? order = null;
        int unit = 0;
        while (order is not { Step: VerificationStep.Check })
        {
            order = policy.Decide(new WorkUnitId($"x{unit++}"), new WorkerId("w0"), new VerificationMeans());
        }

        policy.Refute(order, "its digest is not that of the work done again");

        policy.Ledger.IsSuspended(new WorkerId("w0")).Should().BeTrue();
        policy.Decide(new WorkUnitId("y"), new WorkerId("w0"), new VerificationMeans()).Step.Should().Be(VerificationStep.Refuse);
        policy.State().Rate.Should().BeGreaterThan(before * 1.5);
        double alarmed = policy.State().Rate;
        Run(policy, units: 60_000, workers: 5, first: 1);
        policy.State().Rate.Should().BeLessThan(alarmed, "the alarm passes").And.BeGreaterThan(before, "the budget that is spent does not come back");
    }

    [Fact]
    public void Decide_ChecksDearerThanWork_AsksOtherWorkersInstead()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 300, ErrorBudget = 0.0003, MaxVerifications = 5 }, probation: 0);

        policy.Decide(new WorkUnitId("a"), Ann, new VerificationMeans(10, 1, 1)).Step.Should().Be(VerificationStep.Replicate);
        policy.Decide(new WorkUnitId("b"), Ann, new VerificationMeans(1, 1, 1)).Step.Should().Be(VerificationStep.Check);
    }

    [Fact]
    public void Decide_ChecksTooWeakForThePromise_SaysSo()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 10, ErrorBudget = 0.001, MaxVerifications = 2 });

        VerificationOrder order = policy.Decide(new WorkUnitId("a"), Ann, new VerificationMeans(1, 0.5));

        (order.Step, order.Count, order.Rate).Should().Be((VerificationStep.Check, 2, 1), "the strongest there is");
        policy.State().PromiseHolds.Should().BeFalse();
    }

    [Fact]
    public void Confirm_Replica_IsNoProofForTheLedger()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 300, ErrorBudget = 0.0003 }, probation: 0);
        VerificationOrder order = policy.Decide(new WorkUnitId("a"), Ann, new VerificationMeans(100, 1, 1));

        policy.Confirm(order);

        order.Step.Should().Be(VerificationStep.Replicate);
        policy.Ledger.Get(Ann).Passed.Should().Be(0);
    }

    [Fact]
    public void Overdue_TooManyInARow_DrawsOneOfThem()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 1L << 40, MaxUnverified = 50 }, probation: 0);
        for (int i = 0; i < 49; i++)
        {
            policy.Decide(new WorkUnitId($"u{i}"), Ann, new VerificationMeans());
            policy.Overdue(Ann).Should().BeNull();
        }

        policy.Decide(new WorkUnitId("u49"), Ann, new VerificationMeans());

        WorkUnitId? drawn = policy.Overdue(Ann);
        drawn.Should().NotBeNull();
        int.Parse(drawn!.Value.Value[1..], System.Globalization.CultureInfo.InvariantCulture).Should().BeInRange(0, 49);
        policy.Overdue(Ann).Should().Be(drawn, "asking again is no second draw");
        policy.Rechecked(Ann);
        policy.Overdue(Ann).Should().BeNull();
        policy.Overdue(new WorkerId("nobody")).Should().BeNull();
    }

    [Fact]
    public void Convict_WayBack_EndsAfterEnoughRightOnesInARowAndNamesTheWrong()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 1L << 40, LookBackPasses = 3, MaxUnverified = 40 }, probation: 0);
        for (int i = 0; i < 60; i++)
        {
            policy.Decide(new WorkUnitId($"u{i}"), Ann, new VerificationMeans());
        }

        LookBack back = policy.Convict(Ann, "caught elsewhere");
        var looked = new List<string>();
        while (back.Next is { } unit)
        {
            looked.Add(unit.Value);
            back.Report(right: unit.Value is not ("u59" or "u57"));
        }

        looked.Should().Equal("u59", "u58", "u57", "u56", "u55", "u54");
        back.Wrong.Select(static unit => unit.Value).Should().Equal("u59", "u57");
        Action more = () => back.Report(true);
        more.Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Convict_EveryResultWrong_LeadsBackThroughAllThatIsKept()
    {
        ReplicationPolicy policy = Policy(1, new ReplicationOptions { PlannedResults = 1L << 40, MaxUnverified = 7 }, probation: 0);
        for (int i = 0; i < 30; i++)
        {
            policy.Decide(new WorkUnitId($"u{i}"), Ann, new VerificationMeans());
        }

        LookBack back = policy.Convict(Ann, "caught elsewhere");
        while (back.Next is not null)
        {
            back.Report(right: false);
        }

        back.Wrong.Select(static unit => unit.Value).Should().Equal("u29", "u28", "u27", "u26", "u25", "u24", "u23");
    }

    [Fact]
    public void Decide_SameSeedSameCalls_SameOrders()
    {
        List<VerificationOrder>[] runs = [.. Enumerable.Range(0, 2).Select(static _ =>
        {
            ReplicationPolicy policy = Policy(9, new ReplicationOptions { PlannedResults = 3000, ErrorBudget = 0.01 });
            var orders = new List<VerificationOrder>();
            for (int i = 0; i < 300; i++)
            {
                VerificationOrder order = policy.Decide(new WorkUnitId($"u{i}"), new WorkerId($"w{i % 4}"), new VerificationMeans(0.1, 0.9));
                orders.Add(order);
                if (order.Step == VerificationStep.Check)
                {
                    policy.Confirm(order);
                }
            }

            return orders;
        })];

        runs[0].Should().Equal(runs[1]);
    }

    [Fact]
    public async Task Decide_FromManyThreads_LosesNothing()
    {
        ReplicationPolicy policy = Policy(2, new ReplicationOptions { PlannedResults = 100_000, ErrorBudget = 0.01 });

        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() => Run(policy, 2000, 3, prefix: $"t{thread}-"))));

        policy.State().HandedOut.Should().Be(8000);
    }

    [Fact]
    public void Close_TwiceOrForeign_Throws()
    {
        ReplicationPolicy policy = Policy(2, new ReplicationOptions());
        VerificationOrder order = policy.Decide(new WorkUnitId("u"), Ann, new VerificationMeans());
        Action again = () => policy.Decide(new WorkUnitId("u"), Ann, new VerificationMeans());
        again.Should().Throw<ArgumentException>().WithMessage("*already*");
        policy.Confirm(order);

        Action[] acts = [() => policy.Confirm(order), () => policy.Refute(order, "x"), () => policy.Abandon(order with { Count = 5 }), () => policy.Confirm(null!)];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
    }

    [Fact]
    public void Members_OutOfRange_Throw()
    {
        ReplicationPolicy policy = Policy(2, new ReplicationOptions());
        var unit = new WorkUnitId("u");
        Action[] acts =
        [
            () => policy.Decide(default, Ann, new VerificationMeans()),
            () => policy.Decide(unit, default, new VerificationMeans()),
            () => policy.Decide(unit, Ann, null!),
            () => policy.Decide(unit, Ann, new VerificationMeans(0)),
            () => policy.Decide(unit, Ann, new VerificationMeans(double.NaN)),
            () => policy.Decide(unit, Ann, new VerificationMeans(double.PositiveInfinity)),
            () => policy.Decide(unit, Ann, new VerificationMeans(1, 1.1)),
            () => policy.Decide(unit, Ann, new VerificationMeans(1, 1, double.NaN)),
            () => policy.Overdue(default),
            () => policy.Convict(Ann, " "),
        ];
        Action badOptions = () => _ = new ReplicationPolicy(new ReplicationOptions { ErrorBudget = 0 }, SpotCheckLottery.Create(), new ReputationLedger());

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
        badOptions.Should().Throw<OptionsValidationException>().WithMessage("*ErrorBudget*");
    }

    private static ReplicationPolicy Policy(int seed, ReplicationOptions options, int probation = 10)
    {
        byte[] bytes = new byte[32];
        BitConverter.TryWriteBytes(bytes, seed);
        return new ReplicationPolicy(options, SpotCheckLottery.FromSeed(bytes), new ReputationLedger(new ReputationOptions { ProbationChecks = probation }));
    }

    /// <summary>Honest work; how many checks it took.</summary>
    private static int Run(ReplicationPolicy policy, int units, int workers, int first = 0, string prefix = "r")
    {
        int checks = 0;
        for (int i = 0; i < units; i++)
        {
            VerificationOrder order = policy.Decide(new WorkUnitId($"{prefix}{policy.State().HandedOut}-{i}"), new WorkerId($"w{first + (i % (workers - first))}"), new VerificationMeans());
            if (order.Step == VerificationStep.Check)
            {
                checks++;
                policy.Confirm(order);
            }
        }

        return checks;
    }
}
