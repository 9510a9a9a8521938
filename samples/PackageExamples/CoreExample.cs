using Vouch.Core.Models;
using Vouch.Core.Policy;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Core quotes.</summary>
public static class CoreExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        var target = new QualityTarget(0.95, QualityScale.Ssim);
        var measured = new ConfidenceInterval(estimate: 0.962, lower: 0.955, upper: 0.968, confidence: 0.99, method: "Student t", sampleSize: 48);
        Console.WriteLine($"{measured} {(target.IsMetBy(measured.Lower) ? "keeps" : "may miss")} {target}");

        // A policy is named by what it says, not by how it is written down.
        PolicyDigest policy = PolicyDigest.OfJson("""{ "errorBudget": 1e-3, "target": 0.95 }"""u8);
        PolicyDigest rewritten = PolicyDigest.OfJson("""{"target":0.950,"errorBudget":0.001}"""u8);
        Console.WriteLine($"{policy} is {(policy == rewritten ? "the same policy" : "another policy")}");

        policy.Require(rewritten, "audit record 17");     // throws PolicyMismatchException where a record was made under another policy
        #endregion
    }
}
