using RenderFarm.Verification;
using Vouch.Execution;
using Vouch.TrustEngine;
using Vouch.TrustEngine.Acceptance;

namespace RenderFarm.Planning;

/// <summary>What verification is going to cost on this farm, worked out before the first tile is sent out: if nobody cheats, and if as many do as the policy assumes of a crowd that nobody knows.</summary>
/// <param name="Honest">If nobody cheats.</param>
/// <param name="Assumed">If the assumed share cheats.</param>
/// <param name="AssumedShare">The share that the policy assumes.</param>
internal sealed record TrustForecast(AcceptanceForecast Honest, AcceptanceForecast Assumed, double AssumedShare)
{
    public static TrustForecast Of(FarmRequest request, int units, double checkShare, double power)
    {
        var trust = new TrustEngineOptions();
        var policy = new AcceptancePolicy(trust.Acceptance);
        var setting = new AcceptanceSetting
        {
            Units = units,
            Workers = request.Workers,
            ErrorBudget = request.ErrorBudget,
            CheckCost = checkShare,
            DetectionPower = power,
            FalseAlarmRate = CropCheck.FalseAlarmRate,
            TurnHazard = new ExecutionOptions().TurnHazard,
        };
        return new TrustForecast(
            AcceptanceForecast.Of(policy, trust.Reputation, setting),
            AcceptanceForecast.Of(policy, trust.Reputation, setting with { CheaterShare = trust.Acceptance.NewcomerError }),
            trust.Acceptance.NewcomerError);
    }

    public override string ToString() => FormattableString.Invariant(
        $"Verification is expected to cost {Honest.CheckCost:P0} of the work if nobody cheats (replication factor {Honest.Factor:0.00}), {Assumed.CheckCost + Assumed.RejectedCost:P0} if {AssumedShare:P0} do (factor {Assumed.Factor:0.00}); doing every tile twice would cost 100 % and prove less.");
}
