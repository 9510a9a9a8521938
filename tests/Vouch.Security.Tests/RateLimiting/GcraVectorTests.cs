using System.Text.Json;
using Vouch.Security.RateLimiting;
using Vouch.TestData;

namespace Vouch.Security.Tests.RateLimiting;

/// <summary>Every step of the published table of throttled/throttled (rate_test.go) and of the random sequences.</summary>
public sealed class GcraVectorTests
{
    [Fact]
    public void PublishedTable_EveryStep_IsTheSame()
    {
        using JsonDocument document = Load();
        JsonElement table = document.RootElement.GetProperty("published_table");
        RateQuota quota = QuotaOf(table);
        var bucket = new GcraBucket(quota);
        var keyed = new KeyedRateLimiter<string>(quota, 16);
        int steps = 0;
        foreach (JsonElement row in table.GetProperty("rows").EnumerateArray())
        {
            JsonElement retry = row.GetProperty("retry_after_us");
            long[] expected =
            [
                row.GetProperty("now_us").GetInt64(), row.GetProperty("quantity").GetInt64(), row.GetProperty("limited").GetBoolean() ? 1 : 0,
                row.GetProperty("remaining").GetInt64(), row.GetProperty("reset_after_us").GetInt64(), retry.ValueKind == JsonValueKind.Null ? -1 : retry.GetInt64(),
            ];
            Require(bucket.Acquire((int)expected[1], Time(expected)), expected, steps);
            Require(keyed.Acquire("key", (int)expected[1], Time(expected)), expected, steps);
            steps++;
        }

        steps.Should().Be(16);
    }

    [Fact]
    public void Sequences_EveryStep_IsTheSame()
    {
        using JsonDocument document = Load();
        int sequences = 0;
        foreach (JsonElement sequence in document.RootElement.GetProperty("sequences").EnumerateArray())
        {
            RateQuota quota = QuotaOf(sequence);
            var bucket = new GcraBucket(quota);
            var keyed = new KeyedRateLimiter<int>(quota, 16);
            int step = 0;
            int refused = 0;
            foreach (JsonElement row in sequence.GetProperty("rows").EnumerateArray())
            {
                long[] expected = [.. row.EnumerateArray().Select(cell => cell.GetInt64())];
                Require(bucket.Acquire((int)expected[1], Time(expected)), expected, step);
                RateLimitDecision decision = keyed.Acquire(7, (int)expected[1], Time(expected));
                Require(decision, expected, step++);
                refused += decision.IsGranted ? 0 : 1;
            }

            refused.Should().Be(sequence.GetProperty("refused_calls").GetInt32());
            sequences++;
        }

        sequences.Should().Be(6);
    }

    private static JsonDocument Load() => JsonDocument.Parse(File.ReadAllText(SharedData.Require("security/gcra.json")));

    private static RateQuota QuotaOf(JsonElement element) =>
        RateQuota.FromInterval(TimeSpan.FromMicroseconds(element.GetProperty("emission_interval_us").GetInt64()), element.GetProperty("limit").GetInt32());

    private static TimeSpan Time(long[] row) => TimeSpan.FromTicks(row[0] * 10);

    private static void Require(RateLimitDecision decision, long[] expected, int step)
    {
        long[] actual =
        [
            expected[0], expected[1], decision.IsGranted ? 0 : 1, decision.Remaining, decision.ResetAfter.Ticks / 10, decision.RetryAfter is { } retry ? retry.Ticks / 10 : -1,
        ];
        actual.Should().Equal(expected, $"of step {step}");
    }
}
