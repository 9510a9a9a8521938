using System.Text.Json;

namespace Vouch.Optimizer.Clients;

/// <summary>Finds the text of an answer, so that two can be compared. What is no plain text (a tool call, a refusal, a broken body) is blank and agrees with nothing.</summary>
internal static class AnswerReader
{
    public static string Read(ReadOnlyMemory<byte> utf8Json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() == 1
                && choices[0].ValueKind == JsonValueKind.Object && IsWhole(choices[0])
                && choices[0].TryGetProperty("message", out JsonElement message) && message.ValueKind == JsonValueKind.Object
                && message.TryGetProperty("content", out JsonElement content) && content.ValueKind == JsonValueKind.String
                    ? content.GetString()!
                    : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    // An answer that was cut off has no final answer, whatever stands at its end.
    private static bool IsWhole(JsonElement choice) => !choice.TryGetProperty("finish_reason", out JsonElement reason) || reason.ValueKind != JsonValueKind.String || reason.ValueEquals("stop"u8);
}
