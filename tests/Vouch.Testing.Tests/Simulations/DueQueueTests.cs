using FsCheck;
using FsCheck.Fluent;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Tests.Simulations;

public sealed class DueQueueTests
{
    [Fact]
    public void Take_AnyEntriesAndWithdrawals_ComesInOrderOfTimeAndEntry()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<(byte Due, bool Withdrawn)[]>(), static entries => MatchesASort(entries))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_261_121UL, 1UL));
    }

    [Fact]
    public void Add_WithdrawnOverAndOver_DoesNotGrow()
    {
        var queue = new DueQueue();
        for (int i = 0; i < 100_000; i++)
        {
            var item = new Item(i);
            queue.Add(i, item);
            item.Live = false;
        }

        queue.Count.Should().BeLessThan(1000);
    }

    private static bool MatchesASort((byte Due, bool Withdrawn)[] entries)
    {
        var queue = new DueQueue();
        Item[] items = [.. entries.Select(static (_, i) => new Item(i))];
        for (int i = 0; i < entries.Length; i++)
        {
            queue.Add(entries[i].Due, items[i]);
        }

        for (int i = 0; i < entries.Length; i++)
        {
            items[i].Live = !entries[i].Withdrawn;
        }

        var taken = new List<int>();
        while (queue.TryPeek(out _))
        {
            taken.Add(((Item)queue.Take().Item).Number);
        }

        return taken.SequenceEqual(Enumerable.Range(0, entries.Length).Where(i => !entries[i].Withdrawn).OrderBy(i => entries[i].Due));
    }

    private sealed class Item(int number) : IDue
    {
        public int Number { get; } = number;

        public bool Live { get; set; } = true;

        public void Happen(long order)
        {
        }

        public bool IsLive(long order) => Live;
    }
}
