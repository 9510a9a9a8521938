using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>Says what to do next with a unit: accept a result, check one, ask for one more, or give up; whichever reaches the error budget at least cost.</summary>
/// <remarks>
/// <para>A result is accepted only when <see cref="CredibilityModel"/> puts its chance of being wrong at or below the budget. Otherwise every plan of
/// <c>m</c> further results that agree and <c>n</c> further checks that pass, for each answer at hand and for a fresh one, is weighed by its cost over the
/// chance that it goes through; the cheapest decides the next step. Nothing is promised about steps not yet taken: after each, decide again.</para>
/// <para>Bounded by <see cref="AcceptanceOptions.MaxReplicas"/> and <see cref="AcceptanceOptions.MaxChecks"/>: asked again and again, it ends.
/// Deterministic, independent of the candidates' order, and safe to share.</para>
/// </remarks>
public sealed class AcceptancePolicy
{
    private readonly AcceptanceOptions _options;
    private readonly CredibilityModel _model;

    /// <summary>Initializes a policy with the default options.</summary>
    public AcceptancePolicy()
        : this(new AcceptanceOptions())
    {
    }

    /// <summary>Initializes a policy.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public AcceptancePolicy(AcceptanceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new AcceptanceOptionsValidator(), new AcceptanceOptionsRules());
        _options = new AcceptanceOptions
        {
            NewcomerError = options.NewcomerError,
            CollusionShare = options.CollusionShare,
            MaxReplicas = options.MaxReplicas,
            MaxChecks = options.MaxChecks,
        };
        _model = new CredibilityModel(_options.CollusionShare);
    }

    /// <summary>Gets the model that the decisions rest on.</summary>
    public CredibilityModel Model => _model;

    /// <summary>Chooses the next step for a unit.</summary>
    /// <param name="candidates">All results of the unit so far, refuted ones included; may be empty. Their order does not matter.</param>
    /// <param name="errorBudget">The greatest chance of a wrong answer at which a result is accepted, in (0, 1).</param>
    /// <param name="costs">What a check and a further result cost.</param>
    /// <returns>The step and its reasons.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="candidates"/> is null.</exception>
    /// <exception cref="ArgumentException">A candidate holds a value outside its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="errorBudget"/> is outside (0, 1) or a cost is NaN or not above 0.</exception>
    public AcceptanceDecision Decide(IReadOnlyList<CandidateResult> candidates, double errorBudget, AcceptanceCosts costs)
    {
        if (!(errorBudget is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(errorBudget), errorBudget, "An error budget is a number in (0, 1).");
        }

        if (!(costs.Check > 0 && costs.Replica > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(costs), costs, "A cost is a number above 0.");
        }

        List<CandidateGroup> groups = CandidateGroup.Of(candidates);
        var errors = new double[groups.Count];
        int best = -1;
        for (int i = 0; i < groups.Count; i++)
        {
            errors[i] = _model.ErrorProbability(groups, i, default);
            best = best < 0 || errors[i] < errors[best] ? i : best;
        }

        if (best >= 0 && errors[best] <= errorBudget)
        {
            return Accept(groups[best], errors[best], errorBudget);
        }

        int replicasLeft = Math.Max(0, _options.MaxReplicas - candidates.Count);
        int checksLeft = Math.Max(0, _options.MaxChecks - groups.Sum(static group => group.Members.Sum(static member => member.ChecksPassed + member.ChecksFailed)));
        Plan plan = Cheapest(groups, errors, errorBudget, costs, replicasLeft, checksLeft);
        double standing = best < 0 ? 1 : errors[best];
        if (double.IsPositiveInfinity(plan.ExpectedCost))
        {
            return new AcceptanceDecision(AcceptanceAction.GiveUp, best < 0 ? AcceptanceDecision.NoGroup : groups[best].Number, null, standing, [
                Text($"Insufficient evidence: the best answer is wrong with a chance of {standing:0.###E+0}, above the budget of {errorBudget:0.###E+0}."),
                Text($"No plan within the {replicasLeft} further results and {checksLeft} further checks that are left (of {_options.MaxReplicas} and {_options.MaxChecks}) reaches it."),
            ])
            { ExpectedCost = double.PositiveInfinity };
        }

        string expected = Text($"Cheapest expected way to the budget of {errorBudget:0.###E+0}: {plan.Checks} passed checks and {plan.Replicas} agreeing results, at an expected cost of {plan.ExpectedCost:G4}.");
        if (plan.Checks > 0 && plan.Target < groups.Count)
        {
            CandidateGroup group = groups[plan.Target];
            CandidateResult member = group.MostTelling();
            return new AcceptanceDecision(AcceptanceAction.Check, group.Number, member.Worker, errors[plan.Target], [
                Text($"The answer of group {group.Number} is wrong with a chance of {errors[plan.Target]:0.###E+0} so far."), expected,
            ])
            { ExpectedCost = plan.ExpectedCost };
        }

        bool fresh = plan.Target >= groups.Count;
        return new AcceptanceDecision(
            AcceptanceAction.Replicate,
            fresh ? AcceptanceDecision.NoGroup : groups[plan.Target].Number,
            null,
            fresh ? standing : errors[plan.Target],
            [
                groups.Count == 0 ? "There is no result yet."
                    : fresh ? "No answer at hand is worth more evidence; a fresh one is."
                    : Text($"The answer of group {groups[plan.Target].Number} is wrong with a chance of {errors[plan.Target]:0.###E+0} so far."),
                expected,
            ])
        { ExpectedCost = plan.ExpectedCost };
    }

    private static AcceptanceDecision Accept(CandidateGroup group, double error, double budget)
    {
        CandidateResult member = group.Best();
        return new AcceptanceDecision(AcceptanceAction.Accept, group.Number, member.Worker, error, [
            Text($"The answer is wrong with a chance of at most {error:0.###E+0}, within the budget of {budget:0.###E+0}."),
            Text($"{group.Errors.Count} independent votes; {group.Members.Sum(static m => m.ChecksPassed)} checks passed and {group.Members.Sum(static m => m.ChecksFailed)} failed among {group.Members.Count} agreeing results."),
        ]);
    }

    private Plan Cheapest(List<CandidateGroup> groups, double[] errors, double budget, AcceptanceCosts costs, int replicasLeft, int checksLeft)
    {
        var best = new Plan(0, 0, 0, double.PositiveInfinity);
        double rest = Math.Max(0, 1 - errors.Sum(static error => 1 - error));
        double telling = groups.Count == 0 ? 0 : groups.Max(static group => group.MostTelling().DetectionPower);
        double alarms = groups.Count == 0 ? 0 : groups.Max(static group => group.MostTelling().FalseAlarmRate);
        for (int target = 0; target <= groups.Count; target++)
        {
            bool fresh = target == groups.Count;
            double chance = fresh ? groups.Count == 0 ? 1 : rest : 1 - errors[target];
            CandidateResult member = fresh ? default : groups[target].MostTelling();
            double power = fresh ? telling : member.DetectionPower;
            double alarm = fresh ? alarms : member.FalseAlarmRate;
            for (int replicas = fresh ? 1 : 0; replicas <= replicasLeft; replicas++)
            {
                if (replicas > 0 && double.IsPositiveInfinity(costs.Replica))
                {
                    break;
                }

                for (int checks = 0; checks <= checksLeft; checks++)
                {
                    double cost = (replicas == 0 ? 0 : replicas * costs.Replica) + (checks == 0 ? 0 : checks * costs.Check);
                    double through = chance * Math.Pow(1 - _options.NewcomerError, replicas) * Math.Pow(1 - alarm, checks);
                    double expected = through > 0 ? cost / through : double.PositiveInfinity;
                    if (!(expected < best.ExpectedCost))
                    {
                        // Adding checks only costs more.
                        break;
                    }

                    var further = new FurtherEvidence(replicas, _options.NewcomerError, checks, power, alarm);
                    if (_model.ErrorProbability(groups, target, further) <= budget)
                    {
                        best = new Plan(target, replicas, checks, expected);
                        break;
                    }

                    if (power == 0)
                    {
                        break;
                    }
                }
            }
        }

        if (groups.Count == 0 && replicasLeft > 0 && !double.IsPositiveInfinity(costs.Replica) && double.IsPositiveInfinity(best.ExpectedCost))
        {
            // Without any result the power of checks is not known yet: one result is always worth asking for.
            return new Plan(0, 1, 0, costs.Replica);
        }

        return best;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private readonly record struct Plan(int Target, int Replicas, int Checks, double ExpectedCost);
}
