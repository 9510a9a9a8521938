using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Tests.Prediction;
using Vouch.Optimizer.Tests.Routing;

namespace Vouch.Optimizer.Tests.Policies;

public sealed class CascadeTests
{
    [Theory]
    [InlineData("42", "42", true)]
    [InlineData("42", " 42.0 ", true)]
    [InlineData("1,000", "1000", true)]
    [InlineData("$\\frac12$", "\\frac 12", true)]
    [InlineData("B", "b.", true)]
    [InlineData("[1, 2]", "[1,2]", true)]
    [InlineData("'abc'", "\"abc\"", true)]
    [InlineData("42", "43", false)]
    [InlineData("", "", false)]
    [InlineData(" ", "42", false)]
    [InlineData("ab", "abc", false)]
    [InlineData("abc", "ab", false)]
    public void Agree_Answers_AsAPersonWould(string first, string second, bool expected)
    {
        NormalizedAnswerAgreement.Instance.Agree(first, second).Should().Be(expected);
        NormalizedAnswerAgreement.Instance.Agree(second, first).Should().Be(expected);
    }

    [Fact]
    public void Resolve_AgreementOrNot_NamesWhoDecides()
    {
        var cascade = new Cascade(0, 1, 2);

        cascade.Resolve("7", "7.0", NormalizedAnswerAgreement.Instance).Should().Be(0);
        cascade.Resolve("7", "8", NormalizedAnswerAgreement.Instance).Should().Be(2);
        Cascade.ExpectedCost(1, 2, 10, 0.75).Should().Be(5.5);
    }

    [Fact]
    public void RouteModel_IndependentCheapEndpoints_FindsTheirCascade()
    {
        // Two cheap endpoints, right in 80 % and wrong in different ways; a dear one right in 98 %: agreement is right in nearly all cases.
        AnsweredPrompt[] prompts = Answered(500, 1);
        TokenPrice[] prices = [new(0.1, 0.1), new(0.1, 0.1), new(20, 20)];

        RouteModel model = new RouteModelTrainer().Fit(["a", "b", "dear"], prices, prompts, 4);

        model.Routes.Should().Contain(route => route.Cascade != null && route.Cascade.Escalation == 2 && route.Cascade.First != 2 && route.Cascade.Second != 2);
        var predictions = new OutcomePrediction[model.Routes.Count];
        var costs = new double[model.Routes.Count];
        model.Predict("please add the numbers 12 and 30", 10, prices, predictions, costs);
        int at = model.Routes.ToList().FindIndex(route => route.Cascade is { Escalation: 2 });
        predictions[at].SuccessProbability.Should().BeGreaterThan(0.9);

        // Agreement is seen in about two thirds: the cascade costs about a third of the dear endpoint.
        (costs[at] / costs[2]).Should().BeInRange(0.2, 0.55);

        // Saved, loaded and put to work: the router executes what was learnt.
        using var saved = new MemoryStream();
        model.Fit.Model.Save(saved);
        saved.Position = 0;
        var predictor = new RouteModelPredictor(OutcomeModel.Load(saved), DateTimeOffset.UnixEpoch);
        predictor.Endpoints.Should().Equal("a", "b", "dear");
        predictor.Cascades.Should().Equal(model.Routes.Where(route => route.Cascade is not null).Select(route => route.Cascade!));
        using Router router = RoutingBench.Router(
            RoutingBench.Registry(RoutingBench.Options("a", 0.1m, 0.1m), RoutingBench.Options("b", 0.1m, 0.1m), RoutingBench.Options("dear", 20, 20)), new RoutingPolicy("p", 20), predictor: predictor);
        using RoutedCall call = router.Begin(new RouteRequest("please add the numbers 12 and 30") { InputTokens = 10, MaxOutputTokens = 200, AllowsCascades = true });
        call.Cascade.Should().Match(name => name == "a + b, else dear" || name == "b + a, else dear");
    }

    [Fact]
    public void RouteModel_WithoutAnswers_HasDirectRoutesOnly()
    {
        AnsweredPrompt[] prompts = [.. PlantedPrompts.Make(60, 3).Select(labels => new AnsweredPrompt(labels, 50, []))];
        TokenPrice[] prices = [new(1, 1), new(1, 1), new(1, 1), new(2, 2)];

        RouteModel model = new RouteModelTrainer().Fit(PlantedPrompts.Endpoints, prices, prompts);

        model.Routes.Should().HaveCount(4).And.OnlyContain(route => route.Cascade == null);
    }

    [Fact]
    public void RouteOutcome_Cascade_CostsAllCalls()
    {
        var prompt = new AnsweredPrompt(new LabelledPrompt("p", [1, 0, 1], [100, 200, 300]), 50, ["7", "8", "7"]);
        TokenPrice[] prices = [new(1, 2), new(1, 2), new(10, 20)];

        RouteOutcome disagreed = RouteOutcome.Of(new Route("c", -1, new Cascade(0, 1, 2)), prompt, prices, NormalizedAnswerAgreement.Instance);
        RouteOutcome agreed = RouteOutcome.Of(new Route("c", -1, new Cascade(0, 2, 1)), prompt, prices, NormalizedAnswerAgreement.Instance);

        disagreed.Score.Should().Be(1);
        disagreed.Cost.Should().BeApproximately(((50 + 200) + (50 + 400) + (500 + 6_000)) * 1e-6, 1e-15);
        agreed.Agreed.Should().BeTrue();
        agreed.Cost.Should().BeApproximately(((50 + 200) + (500 + 6_000)) * 1e-6, 1e-15);
    }

    private static AnsweredPrompt[] Answered(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            double[] scores = [random.NextDouble() < 0.8 ? 1 : 0, random.NextDouble() < 0.8 ? 1 : 0, random.NextDouble() < 0.98 ? 1 : 0];
            string[] answers = [.. scores.Select((score, e) => score == 1 ? "right" : $"wrong {e} {random.Next(1_000)}")];
            return new AnsweredPrompt(new LabelledPrompt($"please add the numbers {random.Next(90)} and {random.Next(90)}", scores, [100, 100, 100]), 10, answers);
        })];
    }
}
