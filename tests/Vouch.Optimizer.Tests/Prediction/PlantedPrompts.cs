using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Prediction;

/// <summary>Prompts whose outcomes are known by construction: one endpoint fails on proofs, one on code, one on everything long; a fourth is right nine times in ten.</summary>
internal static class PlantedPrompts
{
    public static readonly string[] Endpoints = ["fails on proofs", "fails on code", "coin", "strong"];

    private static readonly string[] Filler =
        ["the", "value", "of", "this", "given", "answer", "number", "please", "consider", "line", "point", "what", "find", "total", "each", "week", "price", "garden", "train", "apples", "river", "minutes"];

    public static LabelledPrompt[] Make(int count, int seed, bool informative = true)
    {
        var random = new Random(seed);
        var prompts = new LabelledPrompt[count];
        for (int i = 0; i < count; i++)
        {
            int topic = random.Next(3);
            string prompt = Prompt(topic, random);
            double[] chances = Chances(informative ? topic : random.Next(3));
            prompts[i] = new LabelledPrompt(
                prompt,
                [.. chances.Select(chance => random.NextDouble() < chance ? 1.0 : 0.0)],
                [.. chances.Select((_, e) => 100.0 * (e + 1) * (topic == 1 ? 3 : 1))]);
        }

        return prompts;
    }

    public static string Prompt(int topic, Random random)
    {
        IEnumerable<string> words = Enumerable.Range(0, 25).Select(_ => Filler[random.Next(Filler.Length)]);
        string text = string.Join(' ', words) + " " + random.Next(1_000);
        return topic switch
        {
            0 => $"Prove the theorem: {text} by induction on the lemma.",
            1 => $"def f(x):\n    return x[{random.Next(9)}] + {{}} # {text}\nassert f('a') == ??",
            _ => $"{text}. How much is it?",
        };
    }

    public static double[] Chances(int topic) => topic switch
    {
        0 => [0.15, 0.85, 0.5, 0.9],
        1 => [0.85, 0.15, 0.5, 0.9],
        _ => [0.85, 0.85, 0.5, 0.9],
    };
}
