using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;

namespace Vouch.Caching.Tests;

/// <summary>Removal by tag.</summary>
public sealed class TagTests
{
    [Fact]
    public void RemoveByTag_EntriesOfBefore_AreGone()
    {
        using var cache = new VouchCache<int, int>();
        cache.Set(1, 1, new EntryOptions { Tags = ["a", "b"] });
        cache.Set(2, 2, new EntryOptions { Tags = ["b"] });
        cache.Set(3, 3);

        cache.RemoveByTag("a");
        cache.TryGet(1, out _).Should().BeFalse();
        cache.TryGet(2, out _).Should().BeTrue();
        cache.RemoveByTag("b");
        cache.TryGet(2, out _).Should().BeFalse();
        cache.TryGet(3, out _).Should().BeTrue();

        cache.Set(1, 4, new EntryOptions { Tags = ["a"] });
        cache.TryGet(1, out int value).Should().BeTrue();
        value.Should().Be(4);
        cache.Count.Should().Be(2);
    }

    [Fact]
    public void RemoveByTag_OfAnotherCase_RemovesNothing()
    {
        using var cache = new VouchCache<int, int>();
        cache.Set(1, 1, new EntryOptions { Tags = ["a"] });

        cache.RemoveByTag("A");

        cache.TryGet(1, out _).Should().BeTrue();
    }

    // Oracle: a dictionary that looks through all its entries.
    [Fact]
    public void Tags_RandomCalls_AgreeWithTheSlowObviousWay()
    {
        var random = new Random(11);
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100_000 });
        var model = new Dictionary<int, (int Value, string[] Tags)>();
        string[] names = [.. Enumerable.Range(0, 20).Select(i => $"tag{i}")];
        for (int step = 0; step < 30_000; step++)
        {
            int key = random.Next(500);
            switch (random.Next(20))
            {
                case 0:
                    string tag = names[random.Next(names.Length)];
                    cache.RemoveByTag(tag);
                    foreach (int tagged in model.Where(entry => entry.Value.Tags.Contains(tag)).Select(entry => entry.Key).ToArray())
                    {
                        model.Remove(tagged);
                    }

                    break;
                case 1:
                    cache.Remove(key).Should().Be(model.Remove(key));
                    break;
                case < 8:
                    string[] tags = [.. names.Where(_ => random.Next(10) == 0)];
                    cache.Set(key, step, new EntryOptions { Tags = tags });
                    model[key] = (step, tags);
                    break;
                default:
                    cache.TryGet(key, out int value).Should().Be(model.TryGetValue(key, out (int Value, string[] Tags) expected));
                    value.Should().Be(expected.Value);
                    break;
            }
        }

        cache.ToArray().Should().BeEquivalentTo(model.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value)));
    }

    [Fact]
    public void RemoveByTag_ManyTags_LeavesNothingInMemoryForGood()
    {
        using var cache = new VouchCache<int, int>(new CacheOptions { Capacity = 100_000 });
        for (int i = 0; i < 10_000; i++)
        {
            cache.Set(i % 100, i, new EntryOptions { Tags = [$"tag{i}"] });
            cache.RemoveByTag($"tag{i}");
        }

        cache.RememberedTags.Should().BeLessThan(200, "a removal is forgotten once a sweep has passed over all entries of before");
        for (int i = 0; i < 200; i++)
        {
            cache.Set(1, 1);
        }

        cache.Count.Should().Be(1, "entries that were removed by tag leave with later writes");
    }

    [Fact]
    public void GetOrAdd_TagRemovedWhileTheFactoryRuns_DoesNotStore()
    {
        using var cache = new VouchCache<int, int>();

        cache.GetOrAdd(1, 0, (_, _) =>
        {
            cache.RemoveByTag("a");
            return 6;
        }, new EntryOptions { Tags = ["a"] }).Should().Be(6);

        cache.TryGet(1, out _).Should().BeFalse();
    }
}
