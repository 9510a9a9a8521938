using Vouch.TrustEngine.Consensus;

namespace PackageExamples;

/// <summary>The program on answers to many items that the README of Vouch.TrustEngine quotes.</summary>
public static class ConsensusExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        // Who answered what: (item, worker, label). Workers 7, 8 and 9 send one another's answers; nobody has to know.
        LabelAnswer[] answers = [.. Enumerable.Range(0, 40).SelectMany(item => Enumerable.Range(0, 10).Select(worker =>
            new LabelAnswer(item, worker, worker >= 7 ? 1 : (item + worker) % 9 == 0 ? 1 - (item % 2) : item % 2)))];
        VerifiedLabel[] verified = [.. Enumerable.Range(0, 12).Select(item => new VerifiedLabel(item, item % 2))];

        LabelConsensusResult result = new LabelConsensus().Decide(answers, verified);

        LabelDecision decision = result.GetDecision(30);
        Console.WriteLine($"Item 30 is {decision.Label} with {decision.Confidence:P0}; one more answer adds {decision.ExpectedGain:P1}.");
        Console.WriteLine($"Worker 0 is right with {result.Workers[0].Skill:P0}; {result.Clusters.Count} cluster(s) of dependent workers.");
        Console.WriteLine($"{result.Promise}: {result.Evidence.Reasons[0]}");
        #endregion
    }
}
