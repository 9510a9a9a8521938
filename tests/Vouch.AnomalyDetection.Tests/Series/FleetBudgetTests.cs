using Vouch.AnomalyDetection.Series;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Series;

/// <summary>A registry's budget where nothing happens, and where something does. The evaluation program measures 500 series of eight kinds (<c>anomaly budget</c>).</summary>
public class FleetBudgetTests
{
    /// <summary>Four times as many would come from these heavy tails without the account, in the weeks after the first.</summary>
    [Fact]
    public void FleetFalseAlarmBudget_HeavyTails_IsKeptAfterTheFirstWeeks()
    {
        const int Series = 40;
        const int Weeks = 20;
        const double Budget = 0.5;
        var registry = new SeriesRegistry(new DetectorOptions { FleetFalseAlarmBudget = Budget, Season = SeasonMode.None });
        int[] numbers = Numbers(registry, Series);
        var random = new Random(4);
        var values = new double[Series];
        var results = new Observation[Series];
        int alarms = 0;
        for (int row = 0; row < Weeks * 2_016; row++)
        {
            for (int i = 0; i < Series; i++)
            {
                // Tails that fall with the third power, as Student's t with three degrees of freedom.
                values[i] = (random.Next(2) == 0 ? 1 : -1) * Math.Pow(1 - random.NextDouble(), -1.0 / 3);
            }

            registry.ObserveBatch(numbers, Streams.At(row), values, results);
            alarms += row >= 4 * 2_016 ? results.Count(static result => result.IsAlarm) : 0;
        }

        // Twice the budget and the Poisson error of its count.
        double allowed = 2 * Budget * (Weeks - 4);
        alarms.Should().BeLessThan((int)(allowed + (3 * Math.Sqrt(allowed)) + 1));
        registry.GetHealth().Withheld.Should().BeGreaterThan(0, "what is held back is counted");
    }

    [Fact]
    public void Observe_BudgetUsedUp_IsToldAndCriticalAlarmsStill()
    {
        var registry = new SeriesRegistry(new DetectorOptions { FleetFalseAlarmBudget = 0.001 });
        int[] numbers = Numbers(registry, 60);
        var results = new Observation[60];
        for (int row = 0; row < 5_000; row++)
        {
            registry.ObserveBatch(numbers, Streams.At(row), Streams.Normal(60, row), results);
        }

        // One after the other, half an hour apart, series leave their range by a little; then one leaves it by far.
        var little = new List<Observation>();
        for (int i = 0; i < 59; i++)
        {
            double value = 4;
            Observation answer;
            do
            {
                // Steps of a hundredth until it is just beyond the line, or said to be beyond it.
                var copy = new MemoryStream();
                registry.Save(copy);
                copy.Position = 0;
                SeriesRegistry trial = SeriesRegistry.Load(copy, new DetectorOptions { FleetFalseAlarmBudget = 0.001 });
                value += 2;
                answer = trial.Observe($"series {i}", Streams.At(5_000 + (6 * i)), value);
            }
            while (!answer.IsAlarm && !answer.Reasons.HasFlag(AnomalyReasons.OverBudget) && value < 300);
            little.Add(registry.Observe($"series {i}", Streams.At(5_000 + (6 * i)), value));
            if (little[^1].Reasons.HasFlag(AnomalyReasons.OverBudget))
            {
                break;
            }
        }

        Observation withheld = little[^1];
        withheld.Reasons.Should().HaveFlag(AnomalyReasons.OverBudget).And.HaveFlag(AnomalyReasons.Spike);
        withheld.IsAlarm.Should().BeFalse();
        withheld.Severity.Should().BeOneOf(AnomalySeverity.Low, AnomalySeverity.Medium, AnomalySeverity.High);
        withheld.Confidence.Should().BeLessThan(0.01, "two and a half weeks do not show what comes once in a thousand weeks of sixty series");
        registry.GetHealth().Withheld.Should().Be(1);
        Observation critical = registry.Observe("series 59", Streams.At(6_000), 1e12);
        critical.IsAlarm.Should().BeTrue();
        critical.Severity.Should().Be(AnomalySeverity.Critical);
    }

    [Fact]
    public void Charge_OneCauseInAllSeries_DoesNotSilenceTheFleetForMonths()
    {
        var together = new FleetLedger(10);
        var apart = new FleetLedger(10);
        long now = Streams.Start.UtcTicks;
        for (int i = 0; i < 300; i++)
        {
            together.Charge(now + i);
            apart.Charge(now + (i * TimeSpan.TicksPerHour));
        }

        together.Caution(now).Should().BeApproximately((float)((6.28 - 3) / 2), 0.1f, "1 + 1/2 + ... + 1/300 alarms are charged");
        together.Caution(now + (7 * TimeSpan.TicksPerDay)).Should().Be(0);
        apart.Caution(now + (300 * TimeSpan.TicksPerHour)).Should().BeGreaterThan(13);
    }

    [Fact]
    public void Refund_OfAlarmsThatWereTrue_LowersTheLine()
    {
        var ledger = new FleetLedger(1);
        long now = Streams.Start.UtcTicks;
        for (int i = 0; i < 9; i++)
        {
            ledger.Charge(now + (i * TimeSpan.TicksPerHour));
        }

        float before = ledger.Caution(now + TimeSpan.TicksPerDay);
        ledger.Refund(now);
        ledger.Refund(now);

        ledger.Caution(now + TimeSpan.TicksPerDay).Should().BeApproximately(before - 1, 0.01f);
        for (int i = 0; i < 100; i++)
        {
            ledger.Refund(now);
        }

        ledger.State.Debt.Should().Be(-3, "no more than the credit is kept");
    }

    [Fact]
    public void Caution_StampFarInTheFuture_DoesNotStopTheAccount()
    {
        var ledger = new FleetLedger(1);
        long now = Streams.Start.UtcTicks;
        ledger.Charge(DateTimeOffset.MaxValue.UtcTicks);
        for (int i = 0; i < 20; i++)
        {
            ledger.Charge(now + (i * TimeSpan.TicksPerHour));
        }

        float owed = ledger.Caution(now + TimeSpan.TicksPerDay);

        owed.Should().BeGreaterThan(5);
        ledger.Caution(now + (70 * TimeSpan.TicksPerDay)).Should().BeLessThan(owed - 4, "time pays");
    }

    [Fact]
    public void Snapshot_OfAFleet_KeepsTheAccount()
    {
        var options = new DetectorOptions { FleetFalseAlarmBudget = 5 };
        var registry = new SeriesRegistry(options);
        int[] numbers = Numbers(registry, 20);
        double[][] rows = [.. Enumerable.Range(0, 1_500).Select(row => Streams.Normal(20, row).Select(static value => value * value * value).ToArray())];
        var results = new[] { new Observation[20], new Observation[20] };
        for (int row = 0; row < 1_000; row++)
        {
            registry.ObserveBatch(numbers, Streams.At(row), rows[row], results[0]);
        }

        using var stream = new MemoryStream();
        registry.Save(stream);
        stream.Position = 0;
        SeriesRegistry loaded = SeriesRegistry.Load(stream, options);
        int[] other = Numbers(loaded, 20);

        registry.GetHealth().Alarms.Should().BeGreaterThan(3);
        for (int row = 1_000; row < 1_500; row++)
        {
            registry.ObserveBatch(numbers, Streams.At(row), rows[row], results[0]);
            loaded.ObserveBatch(other, Streams.At(row), rows[row], results[1], threads: 2);
            results[1].Should().Equal(results[0]);
        }
    }

    private static int[] Numbers(SeriesRegistry registry, int count) => [.. Enumerable.Range(0, count).Select(i => registry.GetOrAdd($"series {i}"))];
}
