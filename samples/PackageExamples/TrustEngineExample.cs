using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.Core.Models;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Reputation;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.TrustEngine quotes.</summary>
public static class TrustEngineExample
{
    /// <summary>Runs it, and what the README shows below it.</summary>
    public static async Task RunAsync()
    {
        Run();
        string folder = Directory.CreateTempSubdirectory("vouch-example-").FullName;
        await KeepLogAsync(Path.Combine(folder, "audit.log"));
        Directory.Delete(folder, recursive: true);
    }

    private static async Task KeepLogAsync(string path)
    {
        #region log
        var options = new AuditLogOptions { Origin = "example.com/audit", Durability = AuditDurability.EveryAppend };
        using AuditLog log = AuditLog.Open(path, options);

        // Many appends at once share one write and one flush; each is on the disk when it completes.
        Task<long>[] appends = [.. Enumerable.Range(0, 1000).Select(i => log.AppendAsync(Encoding.UTF8.GetBytes($"decision {i}")).AsTask())];
        long[] indices = await Task.WhenAll(appends);

        // Keep the checkpoint elsewhere: against it, anyone can check one entry, or the whole file.
        TreeHead kept = log.CreateCheckpoint().Head;
        InclusionProof proof = log.GetInclusionProof(indices[17], kept.Size);
        bool stands = MerkleVerifier.VerifyInclusion(proof, MerkleTree.HashLeaf("decision 17"u8), kept.RootHash);
        Console.WriteLine($"decision 17 stands in the log: {stands}; all of it intact: {AuditLog.Verify(path, kept).IsIntact}");
        #endregion
    }

    private static void Run()
    {
        #region readme
        var reputations = new ReputationLedger();
        var policy = new AcceptancePolicy();
        using AuditLog audit = AuditLog.CreateInMemory();

        // A newcomer's result: checks that find a wrong one with 80 %, each at 5 % of the cost of doing the work again.
        var ann = new WorkerId("ann");
        var result = new CandidateResult(ann, Group: 0, reputations.Get(ann).ErrorMean, DetectionPower: 0.8, FalseAlarmRate: 0.001);
        var costs = new AcceptanceCosts(Check: 0.05, Replica: 1);

        AcceptanceDecision step;
        while ((step = policy.Decide([result], errorBudget: 0.001, costs)).Action == AcceptanceAction.Check)
        {
            bool passed = true; // your check goes here
            result = passed ? result with { ChecksPassed = result.ChecksPassed + 1 } : result with { ChecksFailed = result.ChecksFailed + 1 };
            reputations.Record(ann, passed);
        }

        audit.Append(Encoding.UTF8.GetBytes($"{step.Action} {ann}: wrong with a chance of at most {step.ErrorProbability:G2}"));
        Console.WriteLine($"{step.Action} after {result.ChecksPassed} checks. {step.Reasons[0]}");
        Console.WriteLine(audit.CreateCheckpoint());
        #endregion
    }

    /// <summary>The registration that the README shows beside it.</summary>
    public static void Register(IServiceCollection services)
    {
        #region container
        services.AddVouchTrust(options => options.Consensus.ByzantineShare = 0.4);
        services.AddVouchAuditLog("audit.log");
        // or: services.AddVouch(vouch => vouch.AddTrust());
        #endregion
    }
}
