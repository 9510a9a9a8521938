using System.Text.Json;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>Finds the usage in an answer or a piece of one. What is not there, or makes no sense, is not guessed: then what was set aside is charged.</summary>
internal static class UsageReader
{
    public static TokenUsage? Read(ReadOnlyMemory<byte> utf8Json, out bool isUsageAlone)
    {
        isUsageAlone = false;
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8Json);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("usage", out JsonElement usage) || usage.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            isUsageAlone = root.TryGetProperty("choices", out JsonElement choices) && choices.ValueKind == JsonValueKind.Array && choices.GetArrayLength() == 0;
            if (Count(usage, "prompt_tokens") is not { } input || Count(usage, "completion_tokens") is not { } output)
            {
                return null;
            }

            long hidden = usage.TryGetProperty("completion_tokens_details", out JsonElement details) && details.ValueKind == JsonValueKind.Object
                ? Count(details, "reasoning_tokens") ?? 0
                : 0;
            return new TokenUsage(input, output, Math.Min(hidden, output));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static long? Count(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long count) && count >= 0 ? count : null;
}
