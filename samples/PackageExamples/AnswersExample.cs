using Vouch.Core.Models;
using Vouch.TrustEngine.Answers;

namespace PackageExamples;

/// <summary>The program on raw answers that the README of Vouch.TrustEngine quotes.</summary>
public static class AnswersExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        WorkerId small = new("small-model"), large = new("large-model"), other = new("other-model"), ann = new("ann");
        AnswerSample[] samples =
        [
            new(small, "The answer is 0.75."), new(small, "0.75"), new(small, "7/5"),
            new(large, @"So we get \boxed{\frac{3}{4}}."), new(other, "75 %"), new(ann, "¾"),
        ];

        AnswerDecision decision = new AnswerConsensus().Decide(samples);
        Console.WriteLine($"{decision.Answer} with {decision.Support:P0} of {decision.Voters} voters: {decision.Promise}");
        Console.WriteLine(string.Join(" | ", decision.Groups.Select(group => $"{group.Answer}: {group.Samples} samples")));

        AnswerDecision alone = new AnswerConsensus().Decide([.. samples.Where(sample => sample.Worker == small)]);
        Console.WriteLine($"{alone.Answer} by one model: {alone.Promise}. {alone.Evidence.Reasons[^1]}");
        #endregion
    }
}
