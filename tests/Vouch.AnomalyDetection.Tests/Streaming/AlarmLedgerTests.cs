using FsCheck;
using FsCheck.Fluent;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests.Streaming;

public class AlarmLedgerTests
{
    /// <summary>The bound is arithmetic: where alarms stop once the line is <c>c</c> nats higher, so many and no more can come in any time.</summary>
    [Fact]
    public void After_AnyStreamThatStopsAtSomeCaution_KeepsTheBound()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            double budget = Math.Pow(10, (6 * random.NextDouble()) - 3);
            double stops = 8 * random.NextDouble();
            double perStep = budget / 2_016;
            double scale = Math.Max(2, budget / 7);
            float debt = -AlarmLedger.Credit(budget);
            int alarms = 0;
            const int Steps = 5_000;
            for (int step = 0; step < Steps; step++)
            {
                bool alarm = AlarmLedger.Caution(debt, budget) < stops && random.Next(3) == 0;
                alarms += alarm ? 1 : 0;
                debt = AlarmLedger.After(debt, perStep, alarm ? 1 : 0, budget);
            }

            return alarms <= ((perStep * Steps) + AlarmLedger.Credit(budget) + (stops * scale) + 1) * 1.001;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void After_LongQuiet_KeepsNoMoreThanTheCredit()
    {
        AlarmLedger.After(-AlarmLedger.Credit(1), 1_000, 0, 1).Should().Be(-3);
        AlarmLedger.After(-AlarmLedger.Credit(70), 1_000, 0, 70).Should().Be(-10, "a day's budget");
    }

    [Theory]
    [InlineData(-3, 0)]
    [InlineData(0, 0)]
    [InlineData(4, 2)]
    [InlineData(1e6, 13.8155)]
    public void Caution_OfADebt_IsOneNatForEveryTwoAlarmsUpToCritical(double debt, double nats) =>
        AlarmLedger.Caution(debt, 1).Should().BeApproximately((float)nats, 1e-4f);
}
