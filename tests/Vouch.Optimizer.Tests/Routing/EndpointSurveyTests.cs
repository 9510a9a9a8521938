using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Tests.Routing;

public sealed class EndpointSurveyTests
{
    [Fact]
    public void Of_DearerAndNoBetter_IsNamedWithItsDominator()
    {
        EndpointRegistry registry = RoutingBench.Registry(
            RoutingBench.Options("cheap", 1, 1), RoutingBench.Options("poor", 5, 5), RoutingBench.Options("good", 10, 10), RoutingBench.Options("off", 0, 0, o => o.Enabled = false));
        var predictor = new TablePredictor(("good", 0.9, 100), ("poor", 0.6, 100), ("cheap", 0.6, 100), ("off", 1, 1), ("gone", 1, 1));

        IReadOnlyList<EndpointStanding> standings = EndpointSurvey.Of(registry, predictor, ["one", "two"]);

        standings.Select(standing => (standing.Endpoint, standing.UndominatedShare, standing.DominatedBy)).Should().Equal(("cheap", 1, null), ("poor", 0, "cheap"), ("good", 1, null));
        standings[0].MeanCostUsd.Should().BeApproximately(101e-6, 1e-12);
    }
}
