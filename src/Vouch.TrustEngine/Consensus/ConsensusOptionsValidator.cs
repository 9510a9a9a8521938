using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Consensus;

[OptionsValidator]
internal sealed partial class ConsensusOptionsValidator : IValidateOptions<ConsensusOptions>;

/// <summary>Rules that tie two options.</summary>
internal sealed class ConsensusOptionsRules : IValidateOptions<ConsensusOptions>
{
    public ValidateOptionsResult Validate(string? name, ConsensusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        int required = ByzantineQuorum.ForMajority(ByzantineQuorum.Liars(options.MinVoters, options.ByzantineShare));
        return options.MinVoters < required
            ? ValidateOptionsResult.Fail(FormattableString.Invariant(
                $"MinVoters {options.MinVoters} cannot outvote a ByzantineShare of {options.ByzantineShare:0.###}: ask for at least {required} voters."))
            : ValidateOptionsResult.Success;
    }
}
