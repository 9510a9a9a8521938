using FsCheck;
using FsCheck.Fluent;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Tests.Slo;

public sealed class SlotWindowsTests
{
    // Against the slow obvious version: sum the last so many slots.
    [Fact]
    public void Close_AnySlots_SumsTheLastOnes()
    {
        int[] lengths = [1, 2, 5, 64, 65, 200];
        Gen<(int Empty, long Total, long Bad)> slots = Gen.Choose(0, 40).SelectMany(kind => kind switch
        {
            0 => Gen.Choose(1, 400).Select(empty => (empty, 0L, 0L)),
            1 => Gen.Constant((0, 5_000_000_000L, 4_999_999_999L)),
            _ => Gen.Choose(0, 1_000).Select(total => (0, (long)total, (long)total / 3)),
        });

        Prop.ForAll(slots.ListOf().Resize(800).ToArbitrary(), steps =>
        {
            var windows = new SlotWindows(lengths);
            var all = new List<(long Total, long Bad)>();
            foreach ((int empty, long total, long bad) in steps)
            {
                if (empty > 0)
                {
                    windows.CloseEmpty(empty);
                    all.AddRange(Enumerable.Repeat((0L, 0L), empty));
                }
                else
                {
                    windows.Close(total, bad);
                    all.Add((total, bad));
                }

                for (int i = 0; i < lengths.Length; i++)
                {
                    IEnumerable<(long Total, long Bad)> last = all.TakeLast(lengths[i]);
                    if (windows.Total(i) != last.Sum(slot => slot.Total) || windows.Bad(i) != last.Sum(slot => slot.Bad))
                    {
                        return false;
                    }
                }
            }

            return windows.Closed == all.Count && Enumerable.Range(0, windows.Remembered).All(age => windows.Slot(age) == all[^(age + 1)]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(20_260_101UL, 1UL));
    }
}
