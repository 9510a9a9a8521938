using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Vouch.Core.Models;
using Vouch.Core.Policy;
using Vouch.Execution.Jobs;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Replication;
using Vouch.TrustEngine.Reputation;

namespace Vouch.Execution.Planning;

/// <summary>
/// Everything that decides what is accepted. Its digest is stamped on the journal: a journal written under another policy is not taken up.
/// The cost cap and the deadline are not part of it: a host may raise them and go on.
/// </summary>
internal sealed record EffectivePolicy
{
    public required string Units { get; init; }

    public required double ErrorBudget { get; init; }

    public required double? Quality { get; init; }

    public required QualityScale? QualityScale { get; init; }

    public required OptimizationProfile Profile { get; init; }

    public required double TurnHazard { get; init; }

    public required double ProofOfGuilt { get; init; }

    public required AcceptanceOptions Acceptance { get; init; }

    public required ReputationOptions Reputation { get; init; }

    /// <summary>What the budget is a promise about, and how the risk is spread where that is the whole job.</summary>
    public required ErrorPromise Promise { get; init; }

    public required ReplicationOptions? Replication { get; init; }

    /// <summary>The start, the slot length in seconds and the prices of the curve.</summary>
    public required double[] Prices { get; init; }

    public static PolicyDigest DigestOf<TUnit>(VerifiedJob<TUnit> job, ExecutionOptions options, AcceptanceOptions acceptance, ReputationOptions reputation, ReplicationOptions replication) =>
        PolicyDigest.Of(
            new EffectivePolicy
            {
                Units = UnitsDigest(job),
                ErrorBudget = job.ErrorBudget,
                Quality = job.Quality?.Value,
                QualityScale = job.Quality?.Scale,
                Profile = job.Profile,
                TurnHazard = options.TurnHazard,
                ProofOfGuilt = options.ProofOfGuilt,
                Acceptance = acceptance,
                Reputation = reputation,
                Promise = job.Promise,
                Replication = job.Promise == ErrorPromise.WholeJob ? replication : null,
                Prices = job.Prices is { } prices ? [prices.Start.ToUnixTimeSeconds(), prices.SlotLength.TotalSeconds, .. prices.Prices] : [],
            },
            PolicyJson.Default.EffectivePolicy);

    private static string UnitsDigest<TUnit>(VerifiedJob<TUnit> job)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (WorkUnit<TUnit> unit in job.Units)
        {
            // The length first: "ab" + "c" must not read as "a" + "bc".
            byte[] id = Encoding.UTF8.GetBytes(unit.Id.Value);
            hash.AppendData(BitConverter.GetBytes(id.Length));
            hash.AppendData(id);
            hash.AppendData(BitConverter.GetBytes(unit.Work));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

[JsonSourceGenerationOptions(UseStringEnumConverter = true)]
[JsonSerializable(typeof(EffectivePolicy))]
internal sealed partial class PolicyJson : JsonSerializerContext;
