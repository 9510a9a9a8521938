using Vouch.Economy.Online;

namespace Vouch.Economy.Tests.Online;

public sealed class CapacityScenariosTests
{
    private const int Slots = 500;

    [Fact]
    public void Course_AnyPast_BeginsWithWhatStandsAndStaysWithinWhatMayBe()
    {
        var random = new Random(1);
        CapacityScenarios scenarios = Create(new OnlinePool("spot", 8, floor: 2));
        for (int slot = 0; slot < 200; slot++)
        {
            double capacity = random.Next(0, 11);
            scenarios.Observe([capacity]);
            for (int i = 0; i < CapacityScenarios.Count; i++)
            {
                double[] course = scenarios.Course(i)[0];

                course[0].Should().Be(capacity);
                course.Skip(1).Should().OnlyContain(level => level >= 2 && level <= 10, "what was seen or expected, and the floor");
            }
        }
    }

    [Fact]
    public void Course_SteadyPast_MostlyStaysAsItIs()
    {
        CapacityScenarios scenarios = Create(new OnlinePool("spot", 8));
        for (int slot = 0; slot < 240; slot++)
        {
            scenarios.Observe([5]);
        }

        Enumerable.Range(0, CapacityScenarios.Count).Count(i => scenarios.Course(i)[0].All(level => level == 5)).Should().BeGreaterThan(CapacityScenarios.Count / 2);
    }

    [Fact]
    public void Course_FallsEverySixHours_FallsAheadToo()
    {
        CapacityScenarios scenarios = Create(new OnlinePool("spot", 8));
        for (int slot = 0; slot < 240; slot++)
        {
            scenarios.Observe([slot % 6 == 5 ? 0 : 8]);
        }

        Enumerable.Range(0, CapacityScenarios.Count).Count(i => scenarios.Course(i)[0].Take(13).Skip(1).Contains(0)).Should().BeGreaterThan(CapacityScenarios.Count * 3 / 4);
    }

    [Fact]
    public void Course_TwoPools_FallTogetherAsTheyDid()
    {
        CapacityScenarios scenarios = Create(new OnlinePool("cores", 8), new OnlinePool("memory", 100));
        var random = new Random(2);
        for (int slot = 0; slot < 400; slot++)
        {
            int level = random.Next(5);
            scenarios.Observe([2 * level, 25 * level]);
        }

        double[][][] courses = [.. Enumerable.Range(0, CapacityScenarios.Count).Select(i => scenarios.Course(i))];
        courses.Sum(course => course[0].Zip(course[1]).Count(pair => pair.First * 12.5 == pair.Second))
            .Should().BeGreaterThan(CapacityScenarios.Count * scenarios.Reach * 3 / 4, "pieces of the past are taken for all pools at once");
    }

    [Fact]
    public void Course_CapacityStatedByTheHost_StandsWhereItWasStated()
    {
        double[] given = [.. Enumerable.Repeat(double.NaN, Slots)];
        given[5] = 3;
        var scenarios = new CapacityScenarios([new OnlinePool("spot", 8)], [given], Slots, 24, 1);
        scenarios.Observe([8]);

        Enumerable.Range(0, CapacityScenarios.Count).Select(i => scenarios.Course(i)[0][5]).Should().OnlyContain(level => level == 3);
    }

    [Fact]
    public void Course_SamePast_SameCourses()
    {
        CapacityScenarios one = Create(new OnlinePool("spot", 8));
        CapacityScenarios other = Create(new OnlinePool("spot", 8));
        for (int slot = 0; slot < 50; slot++)
        {
            one.Observe([slot * 7 % 9]);
            other.Observe([slot * 7 % 9]);
            _ = one.Course(0);
        }

        for (int i = 0; i < CapacityScenarios.Count; i++)
        {
            one.Course(i)[0].Should().Equal(other.Course(i)[0]);
        }
    }

    private static CapacityScenarios Create(params OnlinePool[] pools) =>
        new(pools, [.. pools.Select(_ => Enumerable.Repeat(double.NaN, Slots).ToArray())], Slots, expectedUptimeSlots: 24, slotsPerHour: 1);
}
