using System.Collections.Concurrent;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Reputation;

/// <content>Owners of several workers: one weight together, one standing together.</content>
public sealed partial class ReputationLedger
{
    private readonly ConcurrentDictionary<WorkerId, string> _entityOf = new();

    /// <summary>
    /// Makes known who runs a worker. Workers of one owner share one weight; when one is suspended the others are on probation again, and from
    /// <see cref="ReputationOptions.MaxSuspendedPerEntity"/> on all of them are suspended.
    /// </summary>
    /// <remarks>O(workers with an owner).</remarks>
    /// <param name="worker">The worker.</param>
    /// <param name="entity">The owner's key as the host knows it (an account, a signing key, an address block); null forgets it.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value or <paramref name="entity"/> is blank.</exception>
    public void Enroll(WorkerId worker, string? entity)
    {
        Require(worker);
        if (entity is null)
        {
            _entityOf.TryRemove(worker, out _);
            return;
        }

        ArgumentException.ThrowIfNullOrWhiteSpace(entity);
        _entityOf[worker] = entity;
        if (!IsSuspended(worker) && IsOutcast(entity))
        {
            Suspend(worker, OutcastReason(entity));
        }
    }

    /// <summary>Gets who runs a worker, or null where nobody said.</summary>
    /// <param name="worker">The worker.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public string? EntityOf(WorkerId worker)
    {
        Require(worker);
        return _entityOf.GetValueOrDefault(worker);
    }

    /// <summary>Tells whether a worker has yet to pass <see cref="ReputationOptions.ProbationChecks"/> checks in a row. Cheaper than <see cref="Get"/>.</summary>
    /// <param name="worker">The worker.</param>
    /// <exception cref="ArgumentException"><paramref name="worker"/> is the default value.</exception>
    public bool IsOnProbation(WorkerId worker)
    {
        Require(worker);
        if (!_accounts.TryGetValue(worker, out Account? account))
        {
            return _options.ProbationChecks > 0;
        }

        lock (account)
        {
            return account.PassedInARow < _options.ProbationChecks;
        }
    }

    /// <summary>Weighs workers that answered the same question: each by its verified record, those of one owner together no more than the best of them.</summary>
    /// <param name="workers">The workers, each once.</param>
    /// <returns>One weight in [0, 1) per worker, in the order given: 0 on probation and while suspended. A thousand identities of one owner weigh as much as one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="workers"/> is null.</exception>
    /// <exception cref="ArgumentException">A worker is the default value or appears twice.</exception>
    public IReadOnlyList<double> Weigh(IReadOnlyList<WorkerId> workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        var weights = new double[workers.Count];
        var seen = new HashSet<WorkerId>();
        var owners = new Dictionary<string, (double Sum, double Best)>(StringComparer.Ordinal);
        for (int i = 0; i < weights.Length; i++)
        {
            if (!seen.Add(workers[i]))
            {
                throw new ArgumentException($"Worker '{workers[i]}' appears twice.", nameof(workers));
            }

            weights[i] = Get(workers[i]).Weight;
            if (_entityOf.TryGetValue(workers[i], out string? owner))
            {
                (double sum, double best) = owners.GetValueOrDefault(owner);
                owners[owner] = (sum + weights[i], Math.Max(best, weights[i]));
            }
        }

        for (int i = 0; i < weights.Length; i++)
        {
            if (_entityOf.TryGetValue(workers[i], out string? owner) && owners[owner] is var (sum, best) && sum > 0)
            {
                weights[i] *= best / sum;
            }
        }

        return weights;
    }

    /// <summary>The other workers of a suspended one's owner have to earn their standing again, or go with it. No two accounts are locked at once.</summary>
    private void Unsettle(WorkerId suspended)
    {
        if (!_entityOf.TryGetValue(suspended, out string? owner))
        {
            return;
        }

        bool isOutcast = IsOutcast(owner);
        foreach ((WorkerId worker, string entity) in _entityOf)
        {
            if (entity != owner || worker == suspended)
            {
                continue;
            }

            Account account = _accounts.GetOrAdd(worker, NewAccount);
            lock (account)
            {
                account.PassedInARow = 0;
                account.SuspensionReason ??= isOutcast ? OutcastReason(owner) : null;
            }
        }
    }

    /// <summary>Whether so many of an owner's workers are suspended that all are.</summary>
    private bool IsOutcast(string owner) =>
        _entityOf.Count(pair => pair.Value == owner && IsSuspended(pair.Key)) >= _options.MaxSuspendedPerEntity;

    private string OutcastReason(string owner) => $"{_options.MaxSuspendedPerEntity} workers or more of its owner '{owner}' are suspended.";
}
