using System.Text.Json;
using System.Text.Unicode;

namespace Vouch.Security.Hygiene;

/// <summary>Looks at JSON from outside before anything is made of it.</summary>
/// <remarks>Source: RFC 8259; RFC 7493 (I-JSON) for names that may not come twice.</remarks>
public static class JsonInspector
{
    /// <summary>Tells whether bytes are one JSON value within limits, strictly: no comments, no trailing commas, no name twice in an object (also where escapes hide that it is the same), no half surrogate.</summary>
    /// <param name="json">The bytes.</param>
    /// <param name="limits">How much is allowed, or null for the defaults.</param>
    /// <returns>Fit, or what is wrong and where.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A limit is negative, or the depth is outside its range.</exception>
    /// <remarks>O(length), no recursion. Holds the names of the objects that are open.</remarks>
    public static InputVerdict Inspect(ReadOnlySpan<byte> json, JsonLimits? limits = null)
    {
        limits ??= JsonLimits.Default;
        ArgumentOutOfRangeException.ThrowIfLessThan(limits.MaxDepth, 1, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limits.MaxDepth, 1_000, nameof(limits));
        ArgumentOutOfRangeException.ThrowIfNegative(limits.MaxBytes, nameof(limits));
        if (json.Length > limits.MaxBytes)
        {
            return new InputVerdict(InputFault.TooLong, limits.MaxBytes);
        }

        if (!Utf8.IsValid(json))
        {
            return new InputVerdict(InputFault.NotUtf8, StrictUtf8.FirstInvalid(json));
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = limits.MaxDepth + 1, CommentHandling = JsonCommentHandling.Disallow });
        try
        {
            return Inspect(ref reader, limits);
        }
        catch (JsonException)
        {
            return new InputVerdict(InputFault.NotJson, reader.BytesConsumed);
        }
    }

    private static InputVerdict Inspect(ref Utf8JsonReader reader, JsonLimits limits)
    {
        var open = new Stack<HashSet<string>>();
        var spare = new Stack<HashSet<string>>();
        int values = 0;
        while (reader.Read())
        {
            InputFault fault = InputFault.None;
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    open.Push(spare.TryPop(out HashSet<string>? names) ? names : new HashSet<string>(StringComparer.Ordinal));
                    goto case JsonTokenType.StartArray;
                case JsonTokenType.StartArray:
                    fault = reader.CurrentDepth + 1 > limits.MaxDepth ? InputFault.TooDeep : ++values > limits.MaxValues ? InputFault.TooManyValues : InputFault.None;
                    break;
                case JsonTokenType.EndObject:
                    HashSet<string> done = open.Pop();
                    done.Clear();
                    spare.Push(done);
                    break;
                case JsonTokenType.PropertyName:
                    fault = reader.ValueSpan.Length > limits.MaxTextBytes ? InputFault.TextTooLong
                        : !TryGetText(ref reader, out string? name) ? InputFault.NotUtf8
                        : !open.Peek().Add(name!) ? InputFault.DuplicateName : InputFault.None;
                    break;
                case JsonTokenType.String:
                    fault = ++values > limits.MaxValues ? InputFault.TooManyValues
                        : reader.ValueSpan.Length > limits.MaxTextBytes ? InputFault.TextTooLong
                        : reader.ValueIsEscaped && !TryGetText(ref reader, out _) ? InputFault.NotUtf8 : InputFault.None;
                    break;
                case JsonTokenType.Number:
                    fault = ++values > limits.MaxValues ? InputFault.TooManyValues : reader.ValueSpan.Length > limits.MaxNumberBytes ? InputFault.NumberTooLong : InputFault.None;
                    break;
                case JsonTokenType.True or JsonTokenType.False or JsonTokenType.Null:
                    fault = ++values > limits.MaxValues ? InputFault.TooManyValues : InputFault.None;
                    break;
            }

            if (fault != InputFault.None)
            {
                return new InputVerdict(fault, reader.TokenStartIndex);
            }
        }

        return default;
    }

    private static bool TryGetText(ref Utf8JsonReader reader, out string? text)
    {
        try
        {
            text = reader.GetString();
            return true;
        }
        catch (InvalidOperationException) // an escaped half of a surrogate pair
        {
            text = null;
            return false;
        }
    }
}
