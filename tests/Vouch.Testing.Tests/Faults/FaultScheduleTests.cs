using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Testing.Faults;

namespace Vouch.Testing.Tests.Faults;

public sealed class FaultScheduleTests
{
    private static readonly TimeSpan Horizon = TimeSpan.FromSeconds(10);

    [Fact]
    public void ToString_AnyFaults_ParseToTheSame()
    {
        Gen<Fault> faults =
            from kind in Gen.Elements<FaultKind>(FaultSchedule.AllKinds)
            from worker in Gen.Choose(-1, 20)
            from start in Gen.Choose(0, int.MaxValue)
            from duration in Gen.Choose(1, int.MaxValue)
            from intensity in Gen.Choose(1, 1_000_003)
            select new Fault(kind, worker, new TimeSpan(start * 7919L), new TimeSpan(duration), intensity / 1_000_003.0);

        Prop.ForAll(faults.ArrayOf().ToArbitrary(), static faults => FaultSchedule.Parse(new FaultSchedule(faults).ToString()).Equals(new FaultSchedule(faults)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_261_121UL, 3UL));
    }

    [Theory]
    [InlineData("Crash")]
    [InlineData("Explosion 1 at 1s for 1s x1")]
    [InlineData("7 1 at 1s for 1s x1")]
    [InlineData("Crash -2 at 1s for 1s x1")]
    [InlineData("Crash 99999999999 at 1s for 1s x1")]
    [InlineData("Crash 1 at 1s for 0s x1")]
    [InlineData("Crash 1 at 1s for 9999999999s x1")]
    [InlineData("Crash 1 at 1s for 1s x0")]
    [InlineData("Crash 1 at 1s for 1s x1.5")]
    [InlineData("Crash 1 at 1s for 1s x1e999")]
    [InlineData("Crash 1 at 1,5s for 1s x1")]
    public void Parse_NoFault_SaysWhichAndWhatIsExpected(string text)
    {
        Action parse = () => FaultSchedule.Parse("Slow * at 0s for 1s x0.5; " + text);

        parse.Should().Throw<InputValidationException>().WithMessage($"Fault 2, '{text}'*Crash 1 at 2.5s for 3s x0.5*");
    }

    [Fact]
    public void Draw_ManySeeds_StaysWithinItsBounds()
    {
        for (ulong seed = 0; seed < 2000; seed++)
        {
            FaultSchedule schedule = FaultSchedule.Draw(seed, FaultSchedule.AllKinds, 6, 3, Horizon);

            schedule.Count.Should().BeInRange(1, 6);
            schedule.End.Should().BeLessThanOrEqualTo(Horizon);
            schedule.Should().OnlyContain(fault => fault.Worker >= -1 && fault.Worker < 3 && fault.Intensity > 0 && fault.Intensity <= 1);
            schedule.Should().BeInAscendingOrder(fault => fault.Start);
            FaultSchedule.Draw(seed, FaultSchedule.AllKinds, 6, 3, Horizon).Should().Equal(schedule);
        }
    }

    [Fact]
    public void Draw_TwoKinds_IsOftenOneOfThemAlone()
    {
        FaultKind[] kinds = [FaultKind.Crash, FaultKind.Loss];
        FaultSchedule[] schedules = [.. Enumerable.Range(1, 1000).Select(seed => FaultSchedule.Draw((ulong)seed, kinds, 20, 3, Horizon)).Where(schedule => schedule.Count >= 10)];

        int alone = schedules.Count(schedule => schedule.Select(fault => fault.Kind).Distinct().Count() == 1);

        // Three of the four halves hold one kind or none (then one is drawn).
        ((double)alone / schedules.Length).Should().BeApproximately(0.75, 0.06);
    }

    [Fact]
    public void Draw_ManySeeds_UsesEveryKind() =>
        Enumerable.Range(1, 300).SelectMany(seed => FaultSchedule.Draw((ulong)seed, FaultSchedule.AllKinds, 6, 3, Horizon)).Select(fault => fault.Kind).Distinct()
            .Should().BeEquivalentTo(FaultSchedule.AllKinds);
}
