using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <summary>A ledger per capability: who renders well may be hopeless at translation, but who cheats in one cheats.</summary>
/// <remarks>
/// What checks show about one kind of work is recorded there and suspends there. Proof of fraud (<see cref="Suspend"/>) suspends everywhere, in kinds of work yet
/// to come too. Nothing carries over between capabilities unless the caller says how far (<see cref="OpinionOf"/>). Safe to share; O(1) per call in the number of workers.
/// </remarks>
public sealed class CapabilityReputations
{
    private readonly ConcurrentDictionary<string, ReputationLedger> _ledgers = new(StringComparer.Ordinal);
    private readonly Dictionary<WorkerId, string> _frauds = [];
    private readonly Lock _lock = new();
    private readonly ReputationOptions _options;

    /// <summary>Initializes an empty set of ledgers.</summary>
    /// <param name="options">The options of each; null takes the defaults.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public CapabilityReputations(ReputationOptions? options = null)
    {
        _options = options ?? new ReputationOptions();
        _ = new ReputationLedger(_options);
    }

    /// <summary>Gets the capabilities that anything was asked or recorded about, in ordinal order.</summary>
    public IReadOnlyList<string> Capabilities => [.. _ledgers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Gets the ledger of a capability; an empty one where nothing is known yet.</summary>
    /// <param name="capability">The kind of work: "render/gpu", "translate/de".</param>
    /// <exception cref="ArgumentException"><paramref name="capability"/> is null or blank.</exception>
    public ReputationLedger For(string capability)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(capability);
        if (_ledgers.TryGetValue(capability, out ReputationLedger? known))
        {
            return known;
        }

        lock (_lock)
        {
            ReputationLedger ledger = _ledgers.GetOrAdd(capability, static (_, options) => new ReputationLedger(options), _options);
            foreach ((WorkerId worker, string reason) in _frauds)
            {
                ledger.Suspend(worker, reason);
            }

            return ledger;
        }
    }

    /// <summary>Suspends a worker for every capability: it was proven to cheat, not merely to be bad at something.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="reason">Why, in words; the first is kept.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value or <paramref name="reason"/> is null or blank.</exception>
    public void Suspend(WorkerId worker, string reason)
    {
        if (worker.IsDefault)
        {
            throw new ArgumentException("A default WorkerId names no worker.", nameof(worker));
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        lock (_lock)
        {
            _frauds.TryAdd(worker, reason);
            foreach (ReputationLedger ledger in _ledgers.Values)
            {
                ledger.Suspend(worker, reason);
            }
        }
    }

    /// <summary>The opinion about a worker in one capability: its own record there, and the others' as far as they are said to carry over.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="capability">The kind of work.</param>
    /// <param name="transfer">How far skill in another capability tells about this one: the others' opinions are discounted by it. Null: not at all.</param>
    /// <returns>The fused opinion; vacuous where nothing is known.</returns>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value or <paramref name="capability"/> is null or blank.</exception>
    public Opinion OpinionOf(WorkerId worker, string capability, Opinion? transfer = null)
    {
        Opinion opinion = Of(For(capability).Get(worker));
        if (transfer is { } trust)
        {
            foreach (string other in Capabilities.Where(other => other != capability))
            {
                opinion = opinion.Fuse(Of(_ledgers[other].Get(worker)).DiscountBy(trust));
            }
        }

        return opinion;
    }

    private static Opinion Of(ReputationSnapshot snapshot) => Opinion.FromEvidence(snapshot.Correct, snapshot.Wrong);
}
