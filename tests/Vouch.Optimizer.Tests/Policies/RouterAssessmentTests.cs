using Vouch.Core.Exceptions;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Tests.Prediction;

namespace Vouch.Optimizer.Tests.Policies;

public sealed class RouterAssessmentTests
{
    private static readonly double[] Costs = [0.001, 0.001, 0.002, 0.01];

    [Fact]
    public void Measure_PlantedTopics_BeatsTheRandomMix()
    {
        LabelledPrompt[] prompts = PlantedPrompts.Make(500, 21);

        RouterAssessment assessment = Assess(prompts);

        assessment.BeatsRandomMix.Should().BeTrue();
        assessment.GainLower.Should().BePositive().And.BeLessThanOrEqualTo(assessment.Gain);
        assessment.SampleSize.Should().Be(500);
    }

    [Fact]
    public void Measure_PromptsThatSayNothing_SaysSo()
    {
        for (int seed = 30; seed < 34; seed++)
        {
            Assess(PlantedPrompts.Make(300, seed, informative: false)).BeatsRandomMix.Should().BeFalse($"seed {seed}");
        }
    }

    [Fact]
    public void Measure_BadTables_SayWhere()
    {
        IReadOnlyList<IReadOnlyList<double>> table = [.. Enumerable.Range(0, 20).Select(_ => (IReadOnlyList<double>)[0.5, 0.5])];
        IReadOnlyList<IReadOnlyList<double>> broken = [.. table.Take(19), [0.5, double.NaN]];

        FluentActions.Invoking(() => RouterAssessment.Measure(table, broken, table)).Should().Throw<InputValidationException>().Which.Location.Should().Be("[19]");
        FluentActions.Invoking(() => RouterAssessment.Measure([], [], [])).Should().Throw<InputValidationException>();
    }

    [Fact]
    public void Area_TwoPoints_IsTheTrapeziumAndTheFlatRest()
    {
        // From (1, 0.2) to (3, 0.8), flat to 5: (0.5 * 2 + 0.8 * 2) / 4.
        UpperHull.Area([(1, 0.2), (3, 0.8), (2, 0.1), (4, 0.7)], 1, 5).Should().BeApproximately(0.65, 1e-12);
        UpperHull.Area([(2, 0.5)], 2, 2).Should().Be(0.5);
    }

    private static RouterAssessment Assess(LabelledPrompt[] prompts)
    {
        OutcomeFit fit = new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, prompts);
        return RouterAssessment.Measure(fit.HeldOutProbabilities, [.. prompts.Select(prompt => prompt.Scores)], [.. prompts.Select(_ => (IReadOnlyList<double>)Costs)]);
    }
}
