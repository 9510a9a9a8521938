using Vouch.TestData;
using Vouch.Testing.Faults;

namespace Vouch.Resilience.Tests.Chaos;

/// <summary>Every kind of fault, at three intensities, against every policy, with an oracle each; the page in the docs shows exactly what came out.</summary>
[Collection(nameof(AloneCollection))]
public sealed class ChaosMatrixTests
{
    private static readonly Lazy<IReadOnlyList<ChaosCell>> Cells = new(static () =>
    [
        .. from row in ChaosMatrix.Rows
           from intensity in ChaosMatrix.Intensities
           from policy in ChaosPolicy.All
           select ChaosMatrix.Run(row, intensity, policy),
    ]);

    [Theory]
    [InlineData("WorkerCallPipeline")]
    [InlineData("Vouch default", "Byzantine, by Polly's chaos outcome 1")]      // It prefers the less busy worker, and one that lies in no time is never busy.
    public void Matrix_Vouch_MeetsEveryOracleBut(string policy, params string[] known)
    {
        IEnumerable<string> objections = Cells.Value.Where(cell => cell.Policy.Name == policy)
            .SelectMany(static cell => cell.Objections.Select(objection => FormattableString.Invariant($"{cell.Row.Name} {cell.Intensity}: {objection}")));

        objections.Where(objection => !known.Any(objection.StartsWith)).Should().BeEmpty();
    }

    [Fact]
    public void Matrix_EveryPolicy_EndsEveryRequestAndToldNoLieOfItsOwn()
    {
        Cells.Value.Should().OnlyContain(static cell => cell.Open == 0 && cell.Requests > 1000);
        Cells.Value.Where(static cell => cell.Row.Kind != FaultKind.Byzantine).Should().OnlyContain(static cell => cell.Wrong == 0);
    }

    [Fact]
    public void Matrix_SharedBreaker_IsWhereTheOracleObjects() =>
        Cells.Value.Where(static cell => cell.Policy.Name == "retry + breaker" && cell.Row.Kind == FaultKind.Crash && cell.Intensity == 1)
            .Should().OnlyContain(static cell => cell.Objections.Count > 0, "one breaker for all workers lets one bad worker stop the good ones: an oracle that cannot tell is no oracle");

    [Fact]
    public void Matrix_PollysChaos_DoesWhatTheSimulatedFaultDoes()
    {
        foreach (double intensity in ChaosMatrix.Intensities)
        {
            double simulated = Cell("Error", intensity).Right;
            double injected = Cell("Error, by Polly's chaos fault", intensity).Right;

            // Two shares of 450 requests: four standard errors of their difference.
            injected.Should().BeApproximately(simulated, 4 * Math.Sqrt(2 * 0.25 / 450));
        }

        static ChaosCell Cell(string row, double intensity) => Cells.Value.Single(cell => cell.Row.Name == row && cell.Intensity == intensity && cell.Policy.Name == "timeout");
    }

    [Fact]
    public void Matrix_SameSeed_IsTheSameRun()
    {
        foreach (ChaosPolicy policy in ChaosPolicy.All)
        {
            ChaosRow row = ChaosMatrix.Rows[(int)FaultKind.Loss];

            ChaosMatrix.Run(row, 0.5, policy).Digest.Should().Be(Cells.Value.Single(cell => cell.Row == row && cell.Intensity == 0.5 && cell.Policy == policy).Digest);
        }
    }

    [Fact]
    public void Page_IsWhatTheMatrixShows()
    {
        string path = Path.Combine(SharedData.RepositoryRoot(), "docs", "chaos.md");
        string page = ChaosTable.Write(Cells.Value);
        if (Environment.GetEnvironmentVariable("VOUCH_APPROVE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        File.ReadAllText(path).ReplaceLineEndings("\n").Should().Be(page, "VOUCH_APPROVE_DOCS=1 writes the page anew");
    }
}
