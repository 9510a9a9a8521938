using InferenceRouter.Outcomes;
using InferenceRouter.Replaying;
using InferenceRouter.Report;
using Vouch.Core.Exceptions;
using Vouch.TestData;

namespace InferenceRouter.Tests;

public sealed class ReplayTests
{
    [Fact]
    public void Run_SyntheticSet_KeepsItsPromiseAndWritesAWholeReport()
    {
        ReplayResult result = ReplayRun.Run(new ReplayRequest(null, null, 0.9, 0.95, 3), new Quiet(), default);

        string page = HtmlReport.Build(result);

        result.IsPromiseKept.Should().BeTrue();
        result.Identical.Should().Be(result.Replayed);
        result.Endpoints.Sum(endpoint => endpoint.Share).Should().BeApproximately(1, 1e-9);
        result.Hull.Select(point => point.Quality).Should().BeInAscendingOrder();
        page.Should().Contain("Synthetic data").And.Contain("Promise kept").And.Contain("<svg").And.EndWith("</html>\n");
        page.Should().NotContain("http://").And.NotContain("https://").And.NotContain("<script").And.NotContain("NaN");
    }

    [Fact]
    public void Load_RecordedFolder_ReadsEveryOutcome()
    {
        OutcomeTable table = OutcomeFolder.Load(SharedData.Require("optimizer/llm"), "zeroeval");

        (table.Registry.Count, table.Queries.Count, table.Queries.Count(query => query.IsTrain)).Should().Be((11, 1406, 827));
        int best = table.Registry.PositionOf("o1-mini-2024-09-12");
        table.Queries.Where(query => !query.IsTrain).Average(query => query.Scores[best]).Should().BeApproximately(0.9361, 5e-5, "the data's README says so");
        (1000 * table.Queries.Where(query => !query.IsTrain).Average(query => query.Costs[best])).Should().BeApproximately(10.31, 5e-3);
    }

    [Theory]
    [InlineData("a,b\n1,2\n", "1|2")]
    [InlineData("a,b\r\n\"x,\"\"y\"\"\n z\",2", "x,\"y\"\n z|2")]
    [InlineData("a,b\n,\n", "|")]
    public void Csv_QuotedFields_AreReadWhole(string text, string expected)
    {
        var csv = new CsvReader(new StringReader(text), "test");

        csv.Read().Should().BeTrue();
        (csv["a"] + "|" + csv["b"]).Should().Be(expected);
        csv.Read().Should().BeFalse();
    }

    [Theory]
    [InlineData("a,b\n1\n")]
    [InlineData("a,b\n\"1,2\n")]
    [InlineData("")]
    public void Csv_Broken_SaysWhere(string text) => FluentActions.Invoking(() =>
    {
        var csv = new CsvReader(new StringReader(text), "test");
        while (csv.Read())
        {
        }
    }).Should().Throw<InputValidationException>().WithMessage("test, line *");

    private sealed class Quiet : IProgress<(string Step, double Part)>
    {
        public void Report((string Step, double Part) value)
        {
        }
    }
}
