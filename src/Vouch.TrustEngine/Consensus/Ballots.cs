using System.Globalization;
using System.Runtime.CompilerServices;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What the numeric and the categorical consensus share.</summary>
internal static class Ballots
{
    public static ConsensusOptions Copy(ConsensusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new ConsensusOptionsValidator(), new ConsensusOptionsRules());
        return new ConsensusOptions
        {
            ByzantineShare = options.ByzantineShare,
            MinVoters = options.MinVoters,
            MaxWeightShare = options.MaxWeightShare,
            OutlierDeviations = options.OutlierDeviations,
            RefineSurvivors = options.RefineSurvivors,
        };
    }

    public static void Require(WorkerId worker, double weight, int index, [CallerArgumentExpression(nameof(worker))] string? argument = null)
    {
        if (worker.IsDefault || !(weight >= 0 && double.IsFinite(weight)))
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Ballot {index} must name a worker and have a finite weight of 0 or more; it has worker '{worker}' and weight {weight}."),
                argument);
        }
    }

    public static Evidence Insufficient(string method, Electorate electorate, ConsensusOptions options) => Evidence.Insufficient(
        method,
        electorate.Voters,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{electorate.Voters} voters cannot outvote {electorate.AssumedLiars} liars: ask at least {Required(electorate.Voters, options)}."));

    public static ConsensusFailureException Failure(int voters, Evidence evidence, ConsensusOptions options) =>
        new($"The answers carry no promise of consensus. {string.Join(' ', evidence.Reasons)}")
        {
            Ballots = voters,
            RequiredBallots = Required(voters, options),
            ByzantineShare = options.ByzantineShare,
        };

    private static int Required(int voters, ConsensusOptions options) =>
        Math.Max(options.MinVoters, ByzantineQuorum.ForMajority(ByzantineQuorum.Liars(voters, options.ByzantineShare)));
}
