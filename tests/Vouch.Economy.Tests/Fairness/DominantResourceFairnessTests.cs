using Vouch.Economy.Fairness;

namespace Vouch.Economy.Tests.Fairness;

public sealed class DominantResourceFairnessTests
{
    /// <summary>Ghodsi et al., NSDI 2011, section 4.1: 9 CPUs, 18 GB; A needs (1, 4), B needs (3, 1); A gets 3 tasks, B 2, both a dominant share of 2/3.</summary>
    [Fact]
    public void Divide_ExampleOfThePaper_GivesThreeAndTwoTasks()
    {
        IReadOnlyList<FairShare> shares = DominantResourceFairness.Divide([9, 18], [new("A", [1, 4]), new("B", [3, 1])]);

        shares[0].Tasks.Should().BeApproximately(3, 1e-9);
        shares[1].Tasks.Should().BeApproximately(2, 1e-9);
        shares.Should().OnlyContain(share => Math.Abs(share.DominantShare - (2.0 / 3)) < 1e-9);
        (shares[0].DominantResource, shares[1].DominantResource, shares[0].Bottleneck).Should().Be((1, 0, 0));
        DominantResourceFairness.Fill([9, 18], [new("A", [1, 4]), new("B", [3, 1])]).Select(share => share.Tasks).Should().Equal(3, 2);
        shares[0].Explain().Should().Be("A gets 3 tasks, 66.7 % of resource 1: resource 0 is used up".Replace(" %", ShareSign(), StringComparison.Ordinal));
    }

    [Fact]
    public void Divide_WeightsAndLimits_AreHonoured()
    {
        IReadOnlyList<FairShare> weighted = DominantResourceFairness.Divide([12], [new("one", [1]), new("three", [1], weight: 3)]);
        weighted.Select(share => share.Tasks).Should().Equal(3, 9);

        // What the small one has no use for goes to the others.
        IReadOnlyList<FairShare> limited = DominantResourceFairness.Divide([12], [new("small", [1], limit: 2), new("a", [1]), new("b", [1])]);
        limited.Select(share => share.Tasks).Should().Equal(2, 5, 5);
        limited[0].Bottleneck.Should().BeNull();
    }

    [Fact]
    public void Divide_RandomTenants_HasTheFourProperties()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            double[] capacities = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => 1.0 + random.Next(1, 100))];
            TenantDemand[] tenants = [.. Enumerable.Range(0, random.Next(1, 6)).Select(i => RandomTenant(random, i, capacities.Length))];
            IReadOnlyList<FairShare> shares = DominantResourceFairness.Divide(capacities, tenants);

            for (int k = 0; k < capacities.Length; k++)
            {
                tenants.Zip(shares, (tenant, share) => share.Tasks * tenant.Demands[k]).Sum().Should().BeLessThanOrEqualTo(capacities[k] * (1 + 1e-9), $"seed {seed}");
            }

            double weights = tenants.Sum(tenant => tenant.Weight);
            for (int i = 0; i < tenants.Length; i++)
            {
                double alone = Tasks(tenants[i], [.. capacities.Select(capacity => capacity * tenants[i].Weight / weights)]);
                shares[i].Tasks.Should().BeGreaterThanOrEqualTo(alone * (1 - 1e-9), $"seed {seed}: sharing is no worse than a split of everything");
                Unused(capacities, tenants, shares, i).Should().BeLessThan(1e-6, $"seed {seed}: nothing is left that {tenants[i].Name} could use");
                for (int other = 0; other < tenants.Length; other++)
                {
                    double[] bundle = [.. tenants[other].Demands.Select(demand => demand * shares[other].Tasks * tenants[i].Weight / tenants[other].Weight)];
                    Tasks(tenants[i], bundle).Should().BeLessThanOrEqualTo(shares[i].Tasks * (1 + 1e-9), $"seed {seed}: nobody envies");
                }

                // A lie about the proportions never runs more of the true tasks.
                double[] lie = [.. tenants[i].Demands.Select(demand => demand * (0.2 + (2 * random.NextDouble())))];
                if (lie.Any(demand => demand > 0))
                {
                    TenantDemand[] told = [.. tenants];
                    told[i] = new TenantDemand(tenants[i].Name, lie, tenants[i].Weight);
                    FairShare got = DominantResourceFairness.Divide(capacities, told)[i];
                    Tasks(tenants[i], [.. lie.Select(demand => demand * got.Tasks)]).Should().BeLessThanOrEqualTo(shares[i].Tasks * (1 + 1e-9), $"seed {seed}: lying does not pay");
                }
            }
        }
    }

    [Fact]
    public void Fill_RandomTenants_StaysWithinOneTaskOfEqualShares()
    {
        for (int seed = 0; seed < 100; seed++)
        {
            var random = new Random(seed);
            double[] capacities = [50 + random.Next(50), 50 + random.Next(50)];
            TenantDemand[] tenants = [.. Enumerable.Range(0, 4).Select(i => new TenantDemand($"t{i}", [random.Next(1, 5), random.Next(1, 5)]))];
            IReadOnlyList<FairShare> shares = DominantResourceFairness.Fill(capacities, tenants);
            for (int i = 0; i < tenants.Length; i++)
            {
                // Who could not go on had, when the last task went elsewhere, no smaller share than the other before that task.
                double task = tenants[i].Demands.Select((demand, k) => demand / capacities[k]).Max();
                shares.Min(share => share.DominantShare).Should().BeGreaterThanOrEqualTo(0);
                shares[i].Tasks.Should().Be(Math.Floor(shares[i].Tasks));
                shares[i].Bottleneck.Should().NotBeNull();
                Unused(capacities, tenants, shares, i).Should().BeLessThan(1, "no whole task fits any more");
                task.Should().BePositive();
            }
        }
    }

    [Fact]
    public void Divide_EdgeCases_HaveStatedAnswers()
    {
        DominantResourceFairness.Divide([4], []).Should().BeEmpty();
        DominantResourceFairness.Divide([0, 4], [new("a", [1, 1]), new("b", [0, 1])]).Select(share => share.Tasks).Should().Equal(0, 4);
        FluentActions.Invoking(() => DominantResourceFairness.Divide([double.NaN], [])).Should().Throw<ArgumentException>().WithMessage("*resource 0*");
        FluentActions.Invoking(() => DominantResourceFairness.Divide([1, 1], [new("a", [1])])).Should().Throw<ArgumentException>().WithMessage("*'a'*");
        FluentActions.Invoking(() => new TenantDemand("a", [0, 0])).Should().Throw<ArgumentException>().WithMessage("*'a'*");
        FluentActions.Invoking(() => new TenantDemand("a", [1], weight: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new TenantDemand("a", [1], limit: double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static string ShareSign() => 0.5.ToString("P1", System.Globalization.CultureInfo.InvariantCulture)[4..];

    private static TenantDemand RandomTenant(Random random, int i, int resources)
    {
        double[] demands = [.. Enumerable.Range(0, resources).Select(_ => (double)random.Next(0, 6))];
        demands[random.Next(resources)] += 1;
        return new TenantDemand($"t{i}", demands, weight: random.Next(1, 4));
    }

    /// <summary>How many tasks a bundle runs.</summary>
    private static double Tasks(TenantDemand tenant, double[] bundle) =>
        Enumerable.Range(0, bundle.Length).Where(k => tenant.Demands[k] > 0).Min(k => bundle[k] / tenant.Demands[k]);

    private static double Unused(double[] capacities, TenantDemand[] tenants, IReadOnlyList<FairShare> shares, int i) =>
        Tasks(tenants[i], [.. capacities.Select((capacity, k) => Math.Max(0, capacity - tenants.Zip(shares, (tenant, share) => share.Tasks * tenant.Demands[k]).Sum()))]);
}
