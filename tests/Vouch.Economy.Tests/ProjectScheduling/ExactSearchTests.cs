using Vouch.Economy.ProjectScheduling;
using Vouch.Economy.ProjectScheduling.Search;

namespace Vouch.Economy.Tests.ProjectScheduling;

public sealed class ExactSearchTests
{
    [Fact]
    public void Run_TinyProjects_ProvesTheShortestOfAllLists()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            ProjectProblem problem = RandomProjects.Make(seed, 2 + (seed % 6), longest: seed % 3 == 0 ? 20 : 5);
            if (!ExactSearch.Takes(problem.Model, problem.Model.Horizon))
            {
                continue;
            }

            var search = new ExactSearch(problem.Model, OneAfterAnother(problem.Model), problem.Model.Horizon);
            search.Run(long.MaxValue, 0, () => true);

            search.IsProven.Should().BeTrue();
            search.Makespan.Should().Be(ProjectOracle.Shortest(problem), $"seed {seed}");
            ProjectOracle.IsFeasible(problem, Given(problem.Model, search.Best)).Should().BeTrue($"seed {seed}");
        }
    }

    [Fact]
    public void Run_FromDifferentSchedules_ProvesTheSameMakespan()
    {
        // Tight projects, so that thousands of clauses are learned; the way there depends on where the search begins, the end must not.
        for (int seed = 0; seed < 30; seed++)
        {
            ProjectProblem problem = RandomProjects.Make(seed, 16 + (seed % 9));
            ProjectModel model = problem.Model;
            if (!ExactSearch.Takes(model, model.Horizon))
            {
                continue;
            }

            var far = new ExactSearch(model, OneAfterAnother(model), model.Horizon);
            far.Run(2_000, 0, () => true);
            var genetic = new BiPopulationSearch(model, 1, 0, _ => true);
            genetic.Run(2_000, 2_000);
            var near = new ExactSearch(model, genetic.Starts(), genetic.Best.Makespan);
            near.Run(2_000, 0, () => true);

            ProjectOracle.IsFeasible(problem, Given(model, far.Best)).Should().BeTrue($"seed {seed}");
            if (far.IsProven)
            {
                near.Makespan.Should().BeGreaterThanOrEqualTo(far.Makespan, $"seed {seed}");
                genetic.Best.Makespan.Should().BeGreaterThanOrEqualTo(far.Makespan, $"seed {seed}");
            }

            if (near.IsProven)
            {
                far.Makespan.Should().BeGreaterThanOrEqualTo(near.Makespan, $"seed {seed}");
            }
        }
    }

    [Fact]
    public void Run_InManyParts_EndsAsInOne()
    {
        ProjectProblem problem = RandomProjects.Make(12, 24);
        var whole = new ExactSearch(problem.Model, OneAfterAnother(problem.Model), problem.Model.Horizon);
        var parts = new ExactSearch(problem.Model, OneAfterAnother(problem.Model), problem.Model.Horizon);

        whole.Run(2_000, 0, () => true);
        for (long limit = 1; limit <= 2_000; limit++)
        {
            parts.Run(limit, 0, () => true);
        }

        (parts.Makespan, parts.IsProven, parts.Generated).Should().Be((whole.Makespan, whole.IsProven, whole.Generated));
        parts.Best.ToArray().Should().Equal(whole.Best.ToArray());
    }

    [Fact]
    public void Run_Limit_IsKeptToOnePropagation()
    {
        ProjectProblem problem = RandomProjects.Make(5, 60);
        var search = new ExactSearch(problem.Model, OneAfterAnother(problem.Model), problem.Model.Horizon);

        search.Run(50, 0, () => true);

        search.Generated.Should().BeLessThan(60);
    }

    [Fact]
    public void Adopt_ShorterSchedule_IsTheOneToBeat()
    {
        ProjectProblem problem = RandomProjects.Make(9, 30);
        ProjectModel model = problem.Model;
        var genetic = new BiPopulationSearch(model, 1, 0, _ => true);
        genetic.Run(1_000, 1_000);
        var search = new ExactSearch(model, OneAfterAnother(model), model.Horizon);

        search.Adopt(genetic.Starts(), genetic.Best.Makespan);

        search.Makespan.Should().Be(genetic.Best.Makespan);
        search.Best.ToArray().Should().Equal(genetic.Starts());
    }

    private static int[] OneAfterAnother(ProjectModel model)
    {
        int[] starts = new int[model.Count];
        for (int i = 1; i < starts.Length; i++)
        {
            starts[i] = starts[i - 1] + model.Duration[i - 1];
        }

        return starts;
    }

    private static int[] Given(ProjectModel model, ReadOnlySpan<int> starts)
    {
        int[] given = new int[starts.Length];
        for (int i = 0; i < given.Length; i++)
        {
            given[model.Given(i)] = starts[i];
        }

        return given;
    }
}
