using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace PackageExamples;

/// <summary>Standing, owners, rings and peers: the third program that the README of Vouch.TrustEngine quotes.</summary>
public static class PeerTrustExample
{
    /// <summary>Runs it.</summary>
    public static void Run()
    {
        #region readme
        WorkerId ann = new("ann"), bob = new("bob"), mallory = new("mallory"), puppet = new("puppet");
        var ledger = new ReputationLedger();
        ledger.Enroll(mallory, "one owner");
        ledger.Enroll(puppet, "one owner");
        foreach (WorkerId worker in new[] { ann, mallory, puppet })
        {
            for (int check = 0; check < 20; check++)
            {
                ledger.Record(worker, correct: true); // proven by a check, not by a vote
            }
        }

        Console.WriteLine(string.Join(", ", ledger.Weigh([ann, mallory, puppet, bob]).Select(weight => $"{weight:F2}")));

        var peers = EigenTrust.Compute([new(ann, bob, 5), new(mallory, puppet, 1000)], [new(ann, 1)], entityOf: ledger.EntityOf);
        Console.WriteLine($"bob {peers.Trust[bob]:F2}, puppet {peers.Trust[puppet]:F2}");
        #endregion
    }
}
