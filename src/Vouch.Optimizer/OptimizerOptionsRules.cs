using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer;

/// <summary>The rules that tie two options.</summary>
internal sealed class OptimizerOptionsRules : IValidateOptions<OptimizerOptions>
{
    public ValidateOptionsResult Validate(string? name, OptimizerOptions options)
    {
        var failures = new List<string>();
        if (options.Configuration is { } configuration
            && !(configuration.EconomyConfidence <= configuration.BalancedConfidence && configuration.BalancedConfidence <= configuration.QualityConfidence))
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture,
                $"Configuration: EconomyConfidence ({configuration.EconomyConfidence}) <= BalancedConfidence ({configuration.BalancedConfidence}) <= QualityConfidence ({configuration.QualityConfidence}) must hold; a dearer profile cannot be less sure."));
        }

        if (options.Scenes is { } scenes && scenes.MaxJsonBytes > scenes.MaxFileBytes)
        {
            failures.Add(string.Create(CultureInfo.InvariantCulture,
                $"Scenes: MaxJsonBytes ({scenes.MaxJsonBytes}) exceeds MaxFileBytes ({scenes.MaxFileBytes}); a document is no larger than its file. Lower the first or raise the second."));
        }

        failures.AddRange(options.Routing is { } routing ? RouterOptionsRules.Failures(routing) : ["Routing is null."]);
        failures.AddRange(options.Budgets is { } budgets ? BudgetOptionsRules.Failures(budgets) : ["Budgets is null."]);
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
