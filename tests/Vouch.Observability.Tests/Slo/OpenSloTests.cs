using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Tests.Slo;

public sealed class OpenSloTests
{
    private const string Latency = """
        apiVersion: openslo/v1
        kind: SLO
        metadata:
          name: checkout
          displayName: Checkout is quick
          labels: { team: [shop, web] }
        spec:
          description: Most checkouts are quick
          service: shop
          indicator:
            metadata:
              name: latency
            spec:
              thresholdMetric:
                metricSource:
                  type: Prometheus
                  spec:
                    query: http_request_duration_seconds{job="shop"}
          timeWindow:
            - duration: 28d
              isRolling: true
          budgetingMethod: Occurrences
          objectives:
            - displayName: fast
              op: lte
              value: 0.25
              target: 0.95
            - displayName: bearable
              op: lt
              value: 2
              targetPercent: 99.9
        """;

    private const string Slices = """
        # An indicator by reference, and documents that say nothing about objectives.
        apiVersion: openslo/v1
        kind: Service
        metadata: { name: shop }
        spec: { description: The shop }
        ---
        apiVersion: openslo/v1
        kind: SLI
        metadata: { name: success }
        spec:
          ratioMetric:
            counter: true
            good: { metricSource: { spec: { query: good } } }
            total: { metricSource: { spec: { query: total } } }
        ---
        apiVersion: openslo/v1
        kind: SLO
        metadata: { name: payments }
        spec:
          service: shop
          indicatorRef: success
          timeWindow: [{ duration: 1w, isRolling: true }]
          budgetingMethod: Timeslices
          objectives:
            - target: 0.99
              timeSliceTarget: 0.95
              timeSliceWindow: 5m
        """;

    [Fact]
    public void Parse_Thresholds_AreRead()
    {
        IReadOnlyList<OpenSloObjective> objectives = OpenSlo.Parse(Latency);

        objectives.Select(entry => entry.Objective.ToString()).Should().Equal(
            "checkout/fast: >= 95% <= 0.25 over 28d",
            "checkout/bearable: >= 99.9% < 2 over 28d");
        objectives.Should().OnlyContain(entry => entry.Service == "shop");
        objectives[0].Line.Should().Be(24);
    }

    [Fact]
    public void Parse_TimeSlicesByReference_AreRead() =>
        OpenSlo.Parse(Slices).Should().ContainSingle().Which.Objective.ToString().Should().Be("payments: >= 99% of 5m slices with >= 95% over 7d");

    [Theory]
    [InlineData("openslo/v1", "openslo/v2", 1, "'openslo/v1'")]
    [InlineData("kind: SLO", "kind: AlertPolicy", 2, "a document of kind")]
    [InlineData("  displayName: Checkout is quick", "  nickname: quick", 5, "not understood")]
    [InlineData("Occurrences", "RatioTimeslices", 22, "'Occurrences' or 'Timeslices'")]
    [InlineData("isRolling: true", "isRolling: false", 21, "only rolling windows")]
    [InlineData("duration: 28d", "duration: 1M", 20, "a duration")]
    [InlineData("op: lte", "op: equals", 25, "'lte'")]
    [InlineData("value: 0.25", "value: quick", 26, "a number")]
    [InlineData("value: 0.25", "value: '0.25'", 26, "a number")]
    [InlineData("target: 0.95", "target: 95", 24, "a share in [0, 1]")]
    [InlineData("target: 0.95", "target: 0.95\n      targetPercent: 95", 24, "either 'target'")]
    [InlineData("target: 0.95", "target: 0.95\n      compositeWeight: 2", 28, "not understood")]
    [InlineData("service: shop", "service: shop\n  service: web", 10, "does not stand there already")]
    [InlineData("service: shop", "service: &a shop", 9, "without anchors")]
    [InlineData("  service: shop\n", "", 8, "'service'")]
    [InlineData("thresholdMetric:", "rawMetric:", 14, "not understood")]
    [InlineData("    metadata:\n      name: latency", "    metadata: [", 12, "YAML")]
    public void Parse_NotUnderstood_IsRefusedWithItsLine(string text, string replacement, int line, string expected)
    {
        string yaml = Latency.ReplaceLineEndings("\n").Replace(text, replacement, StringComparison.Ordinal);
        yaml.Should().NotBe(Latency);

        FluentActions.Invoking(() => OpenSlo.Parse(yaml)).Should().Throw<InputValidationException>()
            .Where(error => error.Expected!.Contains(expected, StringComparison.Ordinal) && (expected == "YAML" || error.Location!.StartsWith($"line {line},")), "at line {0} {1} is expected", line, expected);
    }

    [Fact]
    public void Parse_AlertPolicies_AreRefused() =>
        FluentActions.Invoking(() => OpenSlo.Parse(Latency + "\n  alertPolicies: [page]\n")).Should().Throw<InputValidationException>().WithMessage("*alerts are declared in code*");

    [Fact]
    public void Parse_BrokenText_IsRefusedOrRead()
    {
        // Documents with a piece cut out, doubled or replaced reach further than random letters do.
        string[] sources = [Latency, Slices];
        string[] pieces = ["", ":", "- ", "  ", "\n", "{", "[", "'", "\"", "&a ", "*a", "!!x ", "~", "---\n", "|", "\0", "\t", "é", "1e999", "99999999999999999999999999999999"];
        Gen<string> texts = from source in Gen.Elements(sources)
                            from at in Gen.Choose(0, source.Length)
                            from length in Gen.Choose(0, 12)
                            from piece in Gen.Elements(pieces)
                            from again in Gen.Choose(0, source.Length)
                            select (source[..at] + piece + source[Math.Min(source.Length, at + length)..]).Insert(Math.Min(again, source.Length - Math.Min(length, source.Length - at)), piece);

        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            try
            {
                OpenSlo.Parse(text);
                return true;
            }
            catch (InputValidationException error)
            {
                return error.Location is not null && error.Expected is not null;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(4_000).WithReplay(20_260_101UL, 1UL));
    }

    [Theory]
    [InlineData("[", 100_000)]
    [InlineData("{a: ", 100_000)]
    [InlineData("- ", 50_000)]
    public void Parse_DeepText_IsRefused(string opening, int count) =>
        FluentActions.Invoking(() => OpenSlo.Parse(string.Concat(Enumerable.Repeat(opening, count)))).Should().Throw<InputValidationException>();
}
