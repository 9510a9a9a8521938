using Vouch.Caching;
using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Caching.Loading;

namespace PackageExamples;

/// <summary>The programs of the README of Vouch.Caching.</summary>
public static class CachingExample
{
    /// <summary>Runs them.</summary>
    public static async Task RunAsync()
    {
        await ReadmeAsync();
        await AnswersAsync();
        await TilesAsync();
    }

    private static async Task ReadmeAsync()
    {
        #region readme
        var options = new CacheOptions { Capacity = 1_000, TimeToLive = TimeSpan.FromMinutes(5), FailSafe = TimeSpan.FromHours(1) };
        using var cache = new VouchCache<string, double>(options);
        int runs = 0;

        async ValueTask<double> PriceAsync(string region, CancellationToken cancellationToken)
        {
            await Task.Delay(20, cancellationToken);
            return region.Length + (0.01 * ++runs);
        }

        double[] prices = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => cache.GetOrAddAsync("eu-north", PriceAsync).AsTask()));
        Console.WriteLine($"{prices.Length} callers, {runs} run, all were told {prices.Distinct().Single()}");

        cache.Remove("eu-north");
        Console.WriteLine($"after the removal: {await cache.GetOrAddAsync("eu-north", PriceAsync)}, hit rate so far {cache.Statistics.HitRate:P0}");
        #endregion
    }

    private static async Task AnswersAsync()
    {
        #region answers
        using VouchCache<(string Model, string Prompt), string> answers = new VouchCacheBuilder<(string Model, string Prompt), string>()
            .Configure(options => (options.Capacity, options.TimeToLive, options.Jitter) = (64_000_000, TimeSpan.FromDays(7), 0.1))
            .UseWeigher((question, answer) => 2 * (question.Prompt.Length + answer.Length))
            .Build();

        // Any async function: asked twice with the same question, the model is called once. A new model's answers replace the old one's by tag.
        Func<(string Model, string Prompt), CancellationToken, ValueTask<string>> ask =
            answers.Memoize(AskModelAsync, new EntryOptions { Tags = ["model:small-1"] });

        Console.WriteLine(await ask(("small-1", "What is a cache?"), CancellationToken.None));
        Console.WriteLine(await ask(("small-1", "What is a cache?"), CancellationToken.None));
        answers.RemoveByTag("model:small-1");

        static ValueTask<string> AskModelAsync((string Model, string Prompt) question, CancellationToken cancellationToken) =>
            new($"{question.Model} says: a place to keep things.");
        #endregion
    }

    private static async Task TilesAsync()
    {
        #region tiles
        using var tiles = new VouchCache<(int X, int Y), byte[]>(new CacheOptions { Capacity = 4096, TimeToLive = TimeSpan.FromMinutes(1), StaleWhileRevalidate = TimeSpan.FromMinutes(10) });

        byte[] tile = await tiles.GetOrAddAsync((3, 7), "scene-42", RenderAsync);
        Console.WriteLine($"a tile of {tile.Length} bytes");

        // The factory knows the last tile, and says how this one is kept.
        static async ValueTask<byte[]> RenderAsync((int X, int Y) place, string scene, FactoryContext<byte[]> context, CancellationToken cancellationToken)
        {
            if (context.HasStaleValue && !await HasChangedAsync(scene, cancellationToken))
            {
                return context.NotModified();
            }

            context.Tags = [scene];
            context.TimeToLive = place == (0, 0) ? TimeSpan.FromHours(1) : null;
            return new byte[64 * 64];
        }

        static ValueTask<bool> HasChangedAsync(string scene, CancellationToken cancellationToken) => new(scene.Length == 0);
        #endregion
    }
}
