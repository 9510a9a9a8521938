using Vouch.Economy.Online;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace PackageExamples;

/// <summary>The program on online scheduling that the README of Vouch.Economy quotes.</summary>
public static class OnlineSchedulingExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        double[] prices = [90, 80, 40, 20, 15, 18, 30, 70, 110, 120, 100, 85, 80, 75, 78, 90, 120, 160, 180, 150, 120, 100, 95, 92];
        var curve = new PriceCurve(new DateTimeOffset(2026, 3, 2, 0, 0, 0, TimeSpan.Zero), TimeSpan.FromHours(1), prices);
        var scheduler = new OnlineScheduler(curve, [new OnlinePool("workers", expectedCapacity: 8, floor: 2)]);

        scheduler.Submit(new Job("nightly", durationSlots: 3, demand: 2, release: 0, deadline: 24), tenant: "ops");
        scheduler.UpdatePrices(12, [10, 10, 10, 10]);
        for (int slot = 0; slot < 24; slot++)
        {
            foreach (Decision decision in scheduler.BeginSlot(slot == 13 ? 2 : 8).Decisions)
            {
                Console.WriteLine(decision.Explain());
            }
        }
        #endregion
    }
}
