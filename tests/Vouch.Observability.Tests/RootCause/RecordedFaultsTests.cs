using System.Globalization;
using Vouch.Observability.RootCause;
using Vouch.Observability.Tests.Traces;
using Vouch.Observability.Traces;
using Vouch.TestData;

namespace Vouch.Observability.Tests.RootCause;

/// <summary>Faults injected into two real systems (IntelligentDDS/Nezha, commit d8140101fdb4), judged by the traces alone. The evaluation measures all of them, metrics included.</summary>
public sealed class RecordedFaultsTests
{
    // The shares that the reference's trace channels reach over all cases are 0.766 and 0.915.
    [Fact]
    public void Diagnose_RecordedFaults_FindsAsManyAsTheReferenceByTracesAlone()
    {
        Dictionary<string, string>[] labels = [.. SharedData.Csv("observability/traces/labels.csv")];
        var analyzer = new RootCauseAnalyzer();
        int first = 0, firstThree = 0;
        foreach (IGrouping<string, Dictionary<string, string>> day in labels.GroupBy(label => label["case"][..7]))
        {
            RootCauseBaseline baseline = analyzer.Learn(new TelemetryWindow(RecordedTraces.Trees($"normal-{day.Key}")));
            foreach (Dictionary<string, string> label in day)
            {
                Diagnosis diagnosis = baseline.Diagnose(new TelemetryWindow(RecordedTraces.Trees(label["case"])));
                int rank = diagnosis.Suspects.Select(suspect => suspect.Service).ToList().IndexOf(label["root_cause_service"]);
                first += rank == 0 ? 1 : 0;
                firstThree += rank is >= 0 and < 3 ? 1 : 0;
            }
        }

        ((double)first / labels.Length).Should().BeGreaterThanOrEqualTo(0.766);
        ((double)firstThree / labels.Length).Should().BeGreaterThanOrEqualTo(0.915);
    }

    [Fact]
    public void Diagnose_NormalTracesAgainstNormalOnes_SeldomAccuses()
    {
        int accused = 0, windows = 0;
        foreach (string day in (string[])["ob-0822", "ob-0823", "tt-0129", "tt-0130"])
        {
            SpanTree[] traces = RecordedTraces.Trees($"normal-{day}");
            new Random(1).Shuffle(traces);
            for (int part = 0; part < 5; part++)
            {
                Range range = (part * traces.Length / 5)..((part + 1) * traces.Length / 5);
                accused += new RootCauseAnalyzer().Diagnose(new TelemetryWindow([.. traces[..range.Start], .. traces[range.End..]]), new TelemetryWindow(traces[range])).IsConclusive ? 1 : 0;
                windows++;
            }
        }

        ((double)accused / windows).Should().BeLessThanOrEqualTo(0.05, "{0} of {1} windows", accused.ToString(CultureInfo.InvariantCulture), windows);
    }
}
