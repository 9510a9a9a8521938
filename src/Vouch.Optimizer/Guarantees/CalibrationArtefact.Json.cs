using System.Text.Json;
using System.Text.Json.Nodes;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;

namespace Vouch.Optimizer.Guarantees;

public sealed partial record CalibrationArtefact
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true };

    /// <summary>Writes the record as JSON, for review and storage.</summary>
    public string ToJson()
    {
        using var memory = new MemoryStream();
        using (var writer = new Utf8JsonWriter(memory, Indented))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartObject("guarantee");
            writer.WriteBoolean("relative", Guarantee.IsRelative);
            writer.WriteNumber("level", Guarantee.Level);
            writer.WriteNumber("confidence", Guarantee.Confidence);
            writer.WriteEndObject();
            writer.WriteString("dataDigest", DataDigest);
            writer.WriteString("modelDigest", ModelDigest);
            writer.WriteNumber("sampleSize", SampleSize);
            writer.WriteString("createdAt", CreatedAt);
            writer.WriteString("certifiedPolicy", CertifiedPolicy);
            writer.WriteString("safeEndpoint", SafeEndpoint);
            writer.WriteNumber("promisedQuality", PromisedQuality);
            writer.WriteString("state", State.ToString());
            writer.WriteString("reviewer", Reviewer);
            if (ReviewedAt is { } at)
            {
                writer.WriteString("reviewedAt", at);
            }

            writer.WriteStartArray("tests");
            foreach (PolicyTest test in Tests)
            {
                writer.WriteStartObject();
                writer.WriteString("name", test.Name);
                writer.WriteNumber("meanCost", test.MeanCost);
                writer.WriteNumber("meanQuality", test.MeanQuality);
                writer.WriteNumber("margin", test.Margin.Estimate);
                writer.WriteNumber("marginLower", test.Margin.Lower);
                writer.WriteNumber("marginUpper", test.Margin.Upper);
                writer.WriteNumber("pValue", test.PValue);
                writer.WriteBoolean("certified", test.Certified);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(memory.ToArray());
    }

    /// <summary>Reads a record.</summary>
    /// <param name="json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    /// <exception cref="InputValidationException">It is not such a record, contradicts itself, or is of another version.</exception>
    public static CalibrationArtefact FromJson(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            JsonNode root = JsonNode.Parse(json) ?? throw new JsonException("null");
            int version = root["version"]!.GetValue<int>();
            if (version != CurrentVersion)
            {
                throw new InputValidationException($"The calibration has version {version}; this build reads {CurrentVersion}. Calibrate anew.") { Location = "$.version", Value = $"{version}" };
            }

            JsonNode guarantee = root["guarantee"]!;
            double level = guarantee["level"]!.GetValue<double>();
            double confidence = guarantee["confidence"]!.GetValue<double>();
            int n = root["sampleSize"]!.GetValue<int>();
            PolicyTest[] tests = [.. root["tests"]!.AsArray().Select(test => new PolicyTest(
                test!["name"]!.GetValue<string>(),
                test["meanCost"]!.GetValue<double>(),
                test["meanQuality"]!.GetValue<double>(),
                new ConfidenceInterval(
                    test["margin"]!.GetValue<double>(), test["marginLower"]!.GetValue<double>(), test["marginUpper"]!.GetValue<double>(), confidence, "betting, one-sided", n),
                test["pValue"]!.GetValue<double>(),
                test["certified"]!.GetValue<bool>()))];
            string? certified = root["certifiedPolicy"]?.GetValue<string>();
            if (certified is not null && !tests.Any(test => test.Certified && test.Name == certified))
            {
                throw new InputValidationException($"The calibration certifies '{certified}' without a test that did.") { Location = "$.certifiedPolicy", Value = certified };
            }

            return new CalibrationArtefact
            {
                Version = version,
                Guarantee = guarantee["relative"]!.GetValue<bool>() ? QualityGuarantee.RelativeToBest(level, confidence) : QualityGuarantee.Absolute(level, confidence),
                DataDigest = root["dataDigest"]!.GetValue<string>(),
                ModelDigest = root["modelDigest"]!.GetValue<string>(),
                SampleSize = n,
                CreatedAt = root["createdAt"]!.GetValue<DateTimeOffset>(),
                Tests = tests,
                CertifiedPolicy = certified,
                SafeEndpoint = root["safeEndpoint"]!.GetValue<string>(),
                PromisedQuality = root["promisedQuality"]!.GetValue<double>(),
                State = Enum.Parse<ArtefactState>(root["state"]!.GetValue<string>()),
                Reviewer = root["reviewer"]?.GetValue<string>(),
                ReviewedAt = root["reviewedAt"]?.GetValue<DateTimeOffset>(),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or NullReferenceException or FormatException or ArgumentException or OverflowException)
        {
            throw new InputValidationException("The text is not a calibration record.", exception) { Expected = "what ToJson wrote" };
        }
    }
}
