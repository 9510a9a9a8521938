using System.Text.Json;
using System.Text.Json.Serialization;

namespace Vouch.Core.Models;

/// <summary>
/// Writes <see cref="Evidence"/> as <c>{"method","sampleSize","isSufficient","interval","reasons"}</c>, the interval as
/// <c>{"estimate","lower","upper","confidence","method","sampleSize"}</c> with <c>"-Infinity"</c> and <c>"Infinity"</c> for open bounds, whatever naming the options ask for.
/// Unknown members are skipped on reading; missing and malformed ones are refused.
/// </summary>
public sealed class EvidenceJsonConverter : JsonConverter<Evidence>
{
    /// <inheritdoc/>
    public override Evidence Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        RequireObject(ref reader);
        string? method = null;
        long? sampleSize = null;
        bool? isSufficient = null;
        ConfidenceInterval? interval = null;
        List<string>? reasons = null;
        while (NextMember(ref reader, out string? name))
        {
            switch (name)
            {
                case "method":
                    method = reader.GetString();
                    break;
                case "sampleSize":
                    sampleSize = reader.GetInt64();
                    break;
                case "isSufficient":
                    isSufficient = reader.GetBoolean();
                    break;
                case "interval":
                    interval = reader.TokenType == JsonTokenType.Null ? null : ReadInterval(ref reader);
                    break;
                case "reasons":
                    reasons = ReadReasons(ref reader);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Make(() => new Evidence(Required(method, "method"), Required(sampleSize, "sampleSize"), Required(isSufficient, "isSufficient"), interval, reasons));
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, Evidence value, JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(value);
        writer.WriteStartObject();
        writer.WriteString("method"u8, value.Method);
        writer.WriteNumber("sampleSize"u8, value.SampleSize);
        writer.WriteBoolean("isSufficient"u8, value.IsSufficient);
        if (value.Interval is { } interval)
        {
            writer.WriteStartObject("interval"u8);
            WriteBound(writer, "estimate", interval.Estimate);
            WriteBound(writer, "lower", interval.Lower);
            WriteBound(writer, "upper", interval.Upper);
            writer.WriteNumber("confidence"u8, interval.Confidence);
            writer.WriteString("method"u8, interval.Method);
            writer.WriteNumber("sampleSize"u8, interval.SampleSize);
            writer.WriteEndObject();
        }

        writer.WriteStartArray("reasons"u8);
        foreach (string reason in value.Reasons)
        {
            writer.WriteStringValue(reason);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static ConfidenceInterval ReadInterval(ref Utf8JsonReader reader)
    {
        RequireObject(ref reader);
        double? estimate = null, lower = null, upper = null, confidence = null;
        string? method = null;
        long? sampleSize = null;
        while (NextMember(ref reader, out string? name))
        {
            switch (name)
            {
                case "estimate":
                    estimate = ReadBound(ref reader);
                    break;
                case "lower":
                    lower = ReadBound(ref reader);
                    break;
                case "upper":
                    upper = ReadBound(ref reader);
                    break;
                case "confidence":
                    confidence = reader.GetDouble();
                    break;
                case "method":
                    method = reader.GetString();
                    break;
                case "sampleSize":
                    sampleSize = reader.GetInt64();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return Make(() => new ConfidenceInterval(
            Required(estimate, "estimate"),
            Required(lower, "lower"),
            Required(upper, "upper"),
            Required(confidence, "confidence"),
            Required(method, "method"),
            Required(sampleSize, "sampleSize")));
    }

    private static List<string> ReadReasons(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new JsonException("Reasons are an array of strings.");
        }

        var reasons = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            reasons.Add(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException("A reason is a string."));
        }

        return reasons;
    }

    private static void RequireObject(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("An object is expected.");
        }
    }

    // Leaves the reader on the member's value; false at the end of the object.
    private static bool NextMember(ref Utf8JsonReader reader, out string? name)
    {
        name = null;
        if (!reader.Read())
        {
            throw new JsonException("The object is cut short.");
        }

        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return false;
        }

        name = reader.GetString();
        reader.Read();
        return true;
    }

    private static void WriteBound(Utf8JsonWriter writer, string name, double value)
    {
        if (double.IsFinite(value))
        {
            writer.WriteNumber(name, value);
        }
        else
        {
            writer.WriteString(name, value > 0 ? "Infinity" : "-Infinity");
        }
    }

    private static double ReadBound(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String
        ? reader.GetString() switch
        {
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => throw new JsonException("A bound is a number, \"Infinity\" or \"-Infinity\"."),
        }
        : reader.GetDouble();

    private static T Required<T>(T? value, string name)
        where T : struct => value ?? throw new JsonException($"The member \"{name}\" is missing.");

    private static string Required(string? value, string name) => value ?? throw new JsonException($"The member \"{name}\" is missing.");

    private static T Make<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException exception)
        {
            throw new JsonException(exception.Message, exception);
        }
    }
}
